"""The use cases of documents, a function for each."""

from services.documents.handlers.files import ORPHANED_AFTER, fetch_certificate, sweep_orphans
from services.documents.handlers.issuing import issue_certificate
from services.documents.handlers.previewing import preview_certificate
from services.documents.handlers.rechecking import ask_rechecks, end_rechecks, record_recheck
from services.documents.handlers.verifying import verify_code, verify_file

__all__ = [
    "ORPHANED_AFTER",
    "ask_rechecks",
    "end_rechecks",
    "fetch_certificate",
    "issue_certificate",
    "preview_certificate",
    "record_recheck",
    "sweep_orphans",
    "verify_code",
    "verify_file",
]
