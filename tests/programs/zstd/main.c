#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "zstd.h"

static int fail(const char *what)
{
    fprintf(stderr, "zstd: %s\n", what);
    return 1;
}

static int compress(int level)
{
    ZSTD_CCtx *context = ZSTD_createCCtx();
    size_t in_size = ZSTD_CStreamInSize(), out_size = ZSTD_CStreamOutSize();
    char *in = malloc(in_size), *out = malloc(out_size);
    size_t read;
    if (ZSTD_isError(ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)))
        return fail("bad level");
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    do {
        read = fread(in, 1, in_size, stdin);
        ZSTD_EndDirective mode = read < in_size ? ZSTD_e_end : ZSTD_e_continue;
        ZSTD_inBuffer input = {in, read, 0};
        size_t left;
        do {
            ZSTD_outBuffer output = {out, out_size, 0};
            left = ZSTD_compressStream2(context, &output, &input, mode);
            if (ZSTD_isError(left))
                return fail(ZSTD_getErrorName(left));
            fwrite(out, 1, output.pos, stdout);
        } while (mode == ZSTD_e_end ? left != 0 : input.pos != input.size);
    } while (read == in_size);
    ZSTD_freeCCtx(context);
    return fflush(stdout) == 0 ? 0 : fail("cannot write");
}

static int decompress(void)
{
    ZSTD_DCtx *context = ZSTD_createDCtx();
    size_t in_size = ZSTD_DStreamInSize(), out_size = ZSTD_DStreamOutSize();
    char *in = malloc(in_size), *out = malloc(out_size);
    size_t read, left = 0;
    while ((read = fread(in, 1, in_size, stdin)) > 0) {
        ZSTD_inBuffer input = {in, read, 0};
        while (input.pos < input.size) {
            ZSTD_outBuffer output = {out, out_size, 0};
            left = ZSTD_decompressStream(context, &output, &input);
            if (ZSTD_isError(left))
                return fail(ZSTD_getErrorName(left));
            fwrite(out, 1, output.pos, stdout);
        }
    }
    ZSTD_freeDCtx(context);
    if (left != 0)
        return fail("unexpected end");
    return fflush(stdout) == 0 ? 0 : fail("cannot write");
}

/* zstd -LEVEL | zstd -d, from standard input to standard output */
int main(int argc, char **argv)
{
    if (argc != 2 || argv[1][0] != '-')
        return fail("usage: zstd -LEVEL|-d");
    return strcmp(argv[1], "-d") == 0 ? decompress() : compress(atoi(argv[1] + 1));
}
