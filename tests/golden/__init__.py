"""What the last version stored and declared.

`0_1/<service>.<collection>.json` holds documents in MongoDB's Extended JSON (relaxed), `0_1/indexes.json` the indexes
beside them. Commit 119679f made them itself: its services, wired as there, on a store, with the stand-ins of its
tests outside; events were carried from the outboxes to those who listen, and each application, whose `_id` says so, was
left standing somewhere on its road. All keys are those of tests/keys.py. They are never made anew.
"""
