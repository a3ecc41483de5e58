#include "wasi.h"

#undef fopen
#undef setlocale

#include <string.h>

/* wasi-libc has no setjmp. Binaryen's pass asyncify gives every function a way to
   return early; Lua's errors need no more than that: throwing unwinds all
   frames up to the one that tries, and nothing is ever rewound. */
__attribute__((import_module("asyncify"), import_name("start_unwind"))) void start_unwind(void *);
__attribute__((import_module("asyncify"), import_name("stop_unwind"))) void stop_unwind(void);

/* Where the frames that end would save their locals; nobody reads them. */
static char saved[1 << 20] __attribute__((aligned(16)));
static struct { char *at, *end; } frames;
static int unwinding;

__asm__(".globaltype __stack_pointer, i32\n");

static void *stack_pointer(void)
{
    void *at;
    __asm__ volatile("global.get __stack_pointer\n local.set %0" : "=r"(at));
    return at;
}

static void set_stack_pointer(void *at)
{
    __asm__ volatile("local.get %0\n global.set __stack_pointer" : : "r"(at));
}

void wasi_throw(void)
{
    frames.at = saved;
    frames.end = saved + sizeof saved;
    unwinding = 1;
    start_unwind(&frames);
}

void wasi_try(void (*run)(struct lua_State *, void *), struct lua_State *L, void *data)
{
    void *at = stack_pointer();
    run(L, data);
    if (unwinding) {
        unwinding = 0;
        stop_unwind();
        set_stack_pointer(at);
    }
}

char *wasi_tmpnam(char *name)
{
    static int count;
    sprintf(name, "lua_%d", ++count);
    return name;
}

FILE *wasi_tmpfile(void)
{
    char name[L_tmpnam];
    FILE *file = fopen(wasi_tmpnam(name), "w+");
    if (file != NULL)
        remove(name);
    return file;
}

FILE *wasi_fopen(const char *name, const char *mode)
{
    if (*name == '\0') {
        errno = ENOENT;
        return NULL;
    }
    return fopen(name, mode);
}

char *wasi_setlocale(int category, const char *name)
{
    if (name != NULL && *name != '\0' && strcmp(name, "C") != 0)
        return NULL;
    return setlocale(category, name);
}
