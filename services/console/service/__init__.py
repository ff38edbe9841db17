"""What the console does for its pages: it knows who is signed in, asks the services as them, keeps drafts."""
