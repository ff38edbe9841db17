"""What is expected to go wrong: each refusal is a sentence or two for a person, with the remedy, and no traceback.

Refusal
├── CannotRun            something is missing or in the way
├── ClusterCannotStart   the database does not start
├── ProgramsMissing      the database's programs are not installed
├── CrashLoop            a program dies again and again
├── HomeClosed           the folder is not for this account
├── HomeInUse            another copy uses the folder
├── SecretsLost          data is there, but not the keys that it was sealed with
├── Unsafe               production would start with settings that open a door
├── SecretsClosed        secrets are to be made elsewhere
├── ServerAway           the database server that was named does not answer
├── KeysFileClosed       the keys cannot be changed from here
├── RotationHeld         somebody else is rotating the keys
├── CannotForget         an old key is still needed
├── ArchiveSpoilt        something else lies where the archive's link belongs
├── ShelfClosed          the database's account cannot write to the folder of backups
├── BackupHeld           somebody else is making a backup
├── NotArchived          the log does not come into the archive
├── CopyFailed           a backup could not be made, or is not whole
├── NothingToRestore     no backup leads to that moment
├── CannotRestore        keys, room or log are missing
├── CannotImport         the file is of another kind, or nobody says who sends it
├── ImportCut            the line dropped and did not come back
├── ImportRefused        the platform does not take the file
├── NothingParked        there is nothing to replay
├── NoSuchListener       nobody listens there
├── CannotSeed           what is there does not go with what is to run
├── UnknownAccount       no active account has this name
├── PortTaken            another program listens there
├── NotRunning           a command needs a running platform
└── NoTokenInProduction  tokens come from identity alone
"""


class Refusal(Exception):
    """Something that a person can mend; its message says how."""
