"""Where collected static files get their names."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):
    """Names with hashes in the imports of our scripts too, or browsers would keep old modules for a year."""

    support_js_module_import_aggregation = True
    # Ours only: packages bring scripts whose comments look like imports of files that are not there.
    _js_module_import_aggregation_patterns = (
        "js/*.js",
        CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1],  # noqa: SLF001
    )
