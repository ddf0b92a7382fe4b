"""Refusals."""


class DomainError(Exception):
    """A refused move; its text is the translated sentence that the person reads. Nothing has changed."""
