// Lua's interpreter, with a program on standard input. An error ends it, since
// wasi-libc has no longjmp.
#include <stdio.h>
#include <stdlib.h>

#include "lauxlib.h"
#include "lua.h"
#include "lualib.h"

int main(void) {
  lua_State *state = luaL_newstate();
  luaL_openlibs(state);
  if (luaL_loadfilex(state, NULL, NULL) != LUA_OK) return 1;
  lua_call(state, 0, 0);
  lua_close(state);
  return 0;
}
