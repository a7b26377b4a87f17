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
