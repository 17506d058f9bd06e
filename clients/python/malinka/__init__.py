# SPDX-License-Identifier: MIT
"""The Malinka bus from Python."""
