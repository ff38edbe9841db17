"""How pages speak: words, dates as people write them, what each role has on its desk."""
