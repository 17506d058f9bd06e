// SPDX-License-Identifier: MIT
// Where the page begins.

import './tokens.css';
import './base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { applyTheme } from './theme.svelte.ts';

applyTheme();
const target = document.getElementById('app');
if (target) mount(App, { target });
