/* What OpenSSL spends on a file of certificates in PEM: load_pem FILE REPEATS prints the CPU seconds of all repeats. */

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* The end of the text is the one error that is none. */
static int ended_well(void)
{
    unsigned long error = ERR_peek_last_error();
    ERR_clear_error();
    return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

static int load(const char *text, long length)
{
    BIO *bio = BIO_new_mem_buf(text, (int)length);
    X509 *certificate;
    int count = 0;
    while ((certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL) {
        count++;
        X509_free(certificate);
    }
    BIO_free(bio);
    return ended_well() ? count : -1;
}

static double cpu_seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    FILE *file = fopen(argv[1], "rb");
    if (file == NULL)
        return 1;
    fseek(file, 0, SEEK_END);
    long length = ftell(file);
    rewind(file);
    char *text = malloc((size_t)length);
    if (text == NULL || fread(text, 1, (size_t)length, file) != (size_t)length)
        return 1;
    /* The first time makes tables that stay. */
    int count = load(text, length);
    double start = cpu_seconds();
    for (int repeat = atoi(argv[2]); repeat > 0; repeat--)
        if (load(text, length) != count)
            return 1;
    printf("%.9f\n", cpu_seconds() - start);
    return count > 0 ? 0 : 1;
}
