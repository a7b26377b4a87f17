"""The errors that a person can cause and mend. Each message says what was found where, what is allowed, what to do next."""


class ThanhtichError(Exception):
    """Base of every error that is the input's fault, not the program's: shown without a traceback, exit code 2."""


class ArticleError(ThanhtichError):
    """An article could not be read."""


class ModelError(ThanhtichError):
    """A model folder is missing something, or is damaged."""


class AnnotationError(ThanhtichError):
    """An annotation file breaks the format or the guide."""


class TrainingError(ThanhtichError):
    """Training cannot start or go on with what it was given."""


class OutputError(ThanhtichError):
    """Results cannot be written where they were wanted."""


def told(error: BaseException) -> str:
    """What went wrong with a file, in words for the person who gave it.

    >>> told(KeyError("doc")), told(FileNotFoundError(2, "No such file or directory"))
    ("it has no 'doc'", 'there is no such file')
    """
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if isinstance(error, UnicodeDecodeError):
        return "it is no UTF-8 text"
    if isinstance(error, KeyError):
        return f"it has no {error}"
    return f"{type(error).__name__}: {error}"
