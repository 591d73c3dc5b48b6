"""The settings of an installation, and the policy beside them.

`tree` is all of them and where each value comes from, `sections` their parts, `policies` the
policy file; `toml_lines` finds the line a value stands on.
"""

from piaohe.settings.tree import EntitySettings, Settings, describe, load_settings

__all__ = ["EntitySettings", "Settings", "describe", "load_settings"]
