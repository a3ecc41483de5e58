#include <stdio.h>
#include <string.h>

#include "lauxlib.h"
#include "lualib.h"

/* lua [-e CODE]... [FILE [ARGS...]] */
int main(int argc, char **argv)
{
    lua_State *L = luaL_newstate();
    int status = 0, i = 1;
    luaL_openlibs(L);
    for (; i + 1 < argc && status == 0 && strcmp(argv[i], "-e") == 0; i += 2)
        status = luaL_dostring(L, argv[i + 1]);
    if (status == 0 && i < argc) {
        lua_newtable(L);
        for (int k = 0; k < argc; k++) {
            lua_pushstring(L, argv[k]);
            lua_rawseti(L, -2, k - i);
        }
        lua_setglobal(L, "arg");
        status = luaL_dofile(L, argv[i]);
    }
    if (status != 0)
        fprintf(stderr, "lua: %s\n", lua_tostring(L, -1));
    lua_close(L);
    return status;
}
