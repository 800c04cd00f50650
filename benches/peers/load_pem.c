/* What OpenSSL takes to load PEM certificates: reads FILE into memory once, then every certificate in it with
 * PEM_read_bio_X509, REPEATS times. Prints how many certificates one pass gave.
 *
 * cc -O2 -o load_pem load_pem.c -lcrypto
 * ./load_pem FILE REPEATS
 */
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>

static char *contents(const char *path, long *size)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (*size = ftell(file)) < 0)
        return NULL;
    rewind(file);
    char *text = malloc((size_t)*size + 1);
    if (text != NULL && fread(text, 1, (size_t)*size, file) != (size_t)*size)
        text = NULL;
    fclose(file);
    return text;
}

/* The end of the text is the one error that is none. */
static int ended_well(void)
{
    unsigned long error = ERR_peek_last_error();
    ERR_clear_error();
    return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

static long load(const char *text, long size)
{
    long found = 0;
    BIO *bio = BIO_new_mem_buf(text, (int)size);
    X509 *certificate;
    while ((certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL) {
        X509_free(certificate);
        found++;
    }
    BIO_free(bio);
    return ended_well() ? found : -1;
}

int main(int argc, char **argv)
{
    long size = 0, found = 0, repeats = argc == 3 ? atol(argv[2]) : 0;
    char *text = repeats > 0 ? contents(argv[1], &size) : NULL;
    if (text == NULL) {
        fprintf(stderr, "usage: load_pem FILE REPEATS\n");
        return 2;
    }
    for (long pass = 0; pass < repeats && found >= 0; pass++)
        found = load(text, size);
    printf("%ld\n", found);
    free(text);
    return found > 0 ? 0 : 1;
}
