// SPDX-License-Identifier: MIT
/// <reference types="svelte" />
