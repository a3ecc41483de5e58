/* Included before each of Lua's sources: what wasi-libc lacks. */
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

struct lua_State;

/* Errors, without setjmp: see wasi.c. The functions that throw do return. */
void wasi_throw(void);
void wasi_try(void (*run)(struct lua_State *, void *), struct lua_State *L, void *data);
#define LUAI_THROW(L, c) wasi_throw()
#define LUAI_TRY(L, c, a) wasi_try(f, L, ud);
#define luai_jmpbuf int
#define l_noret void

/* Names for temporary files, in the working folder. */
#define L_tmpnam 32
char *wasi_tmpnam(char *name);
FILE *wasi_tmpfile(void);
#define tmpnam wasi_tmpnam
#define tmpfile wasi_tmpfile

/* "" is no file; here it would be the working folder. */
FILE *wasi_fopen(const char *name, const char *mode);
#define fopen wasi_fopen

/* The only locale; musl says yes to any name. */
char *wasi_setlocale(int category, const char *name);
#define setlocale wasi_setlocale

#define system(command) ((command) == NULL ? 0 : -1)
