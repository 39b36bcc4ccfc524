"""The errors of VisitProof.

    VisitProofError
    ├── MediaError            one file can't be looked at: becomes a MediaFailure, the visit goes on
    ├── StorageError          the store or the database: worth a retry
    │   ├── ObjectNotFound        not worth one
    │   └── ObjectCorrupted       bytes differ from their ETag or sha256
    ├── ManifestError         visit.json can't be understood: the visit is reported by name, the night goes on
    ├── SettingsError         stops at start
    ├── RulesError            stops at start: file, line and the nearest valid name
    ├── DatasetError          a labelled set can't be used: file and line, and what to do
    ├── RegistryError         stops at start: weights missing, or not the ones that were registered
    ├── AccessError           a user can't be made or changed so: said to whoever asked, in both languages
    ├── ReleaseError          rules or a model can't be proposed, approved or put back so; in both languages
    └── AuditConflict         somebody or something was quicker: nothing was kept, the person decides anew
        ├── ReportChanged         the visit was judged anew since its page was opened
        ├── DecidedMeanwhile      another decision came in between
        ├── ClaimedByOther        another person is looking at it
        └── NotThisPerson         it is for somebody else to decide: a second person, or another technician

Every message names the thing (key, file, line) and says what to do about it.
"""

from pipeline.evidence import FailureReason
from pipeline.rules import BilingualText


class VisitProofError(Exception):
    """Root of all errors that this project raises on purpose."""


class MediaError(VisitProofError):
    """One media file can't be observed; `reason` is what its `MediaFailure` will say."""

    def __init__(self, reason: FailureReason, detail: str) -> None:
        super().__init__(f"{reason.value}: {detail}")
        self.reason = reason
        self.detail = detail


class StorageError(VisitProofError):
    """The object store or the database did not do what was asked; trying again may help."""


class ObjectNotFound(StorageError):
    """The store has no object under this key; trying again won't help."""


class ObjectCorrupted(StorageError):
    """The bytes that arrived are not the bytes that were stored."""


class ManifestError(VisitProofError):
    """A visit's manifest can't be understood."""


class SettingsError(VisitProofError):
    """The settings contradict themselves or miss something."""


class RulesError(VisitProofError):
    """A rule set can't be loaded; the message has file, line and the nearest valid name."""


class DatasetError(VisitProofError):
    """A labelled set is no such thing, or can't be used for what was asked; the message names the file."""


class RegistryError(VisitProofError):
    """A model's weights are missing or are not the registered ones."""


class AccessError(VisitProofError):
    """A user can't be made, changed or signed in so; `text` says why and what to do, for a page."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.text = BilingualText(zh, en)


class ReleaseError(VisitProofError):
    """Rules or a model can't be proposed, approved or put back so; `text` says why and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.text = BilingualText(zh, en)


class AuditConflict(VisitProofError):
    """A decision does not fit what has happened since its author looked; nothing was kept."""


class ReportChanged(AuditConflict):
    """The visit was judged anew since its page was opened."""


class DecidedMeanwhile(AuditConflict):
    """Another decision came in between."""


class ClaimedByOther(AuditConflict):
    """Another person is looking at the visit."""


class NotThisPerson(AuditConflict):
    """It is for somebody else to decide: a second person, or the technician whose visit it is."""
