#!/usr/bin/env node
import '@miko/server/main';
