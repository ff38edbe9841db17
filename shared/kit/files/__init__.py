"""Files that people attach: sealed, found by their content, of a few kinds only; one room for all services.

    kinds       which kinds are taken, and how content shows what it is
    receiving   a file on its way in and out over HTTP
    keeping     a file in the database, once for each content, and gone when nothing holds it any more

A service has an `attachment` table of its own (`AttachmentColumns`), whose rows say whose a file is; the stored
file is seen by whoever sees a row that holds it. Its revision makes the store by `shared.kit.migrations.files`.
"""
