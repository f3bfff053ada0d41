/* Reads messages with the codec that asn1c generated, and writes them.
 *
 * asn1c FILE ROUNDS: FILE has messages, each behind two octets of its length. Prints the
 * seconds of one decode and free, and of one encode, each the mean over all messages and rounds;
 * for each message it must be able to do both. */

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "Whole-CSTAEventReportArgument.h"

#define MOST 4096

static unsigned char *octets[MOST];
static size_t sizes[MOST];
static char out[65536];

static double now(void) {
    struct timespec told;
    clock_gettime(CLOCK_MONOTONIC, &told);
    return told.tv_sec + told.tv_nsec / 1e9;
}

static void *decoded(int number) {
    void *value = NULL;
    asn_dec_rval_t result = ber_decode(0, &asn_DEF_Whole_CSTAEventReportArgument, &value,
                                       octets[number], sizes[number]);
    if (result.code != RC_OK || result.consumed != sizes[number]) {
        fprintf(stderr, "message %d cannot be read\n", number);
        exit(1);
    }
    return value;
}

int main(int argc, char **argv) {
    if (argc != 3)
        return 2;
    FILE *file = fopen(argv[1], "rb");
    int rounds = atoi(argv[2]), count = 0, high, low;
    while (file && count < MOST && (high = getc(file)) != EOF && (low = getc(file)) != EOF) {
        sizes[count] = high << 8 | low;
        octets[count] = malloc(sizes[count]);
        if (fread(octets[count], 1, sizes[count], file) != sizes[count])
            return 1;
        count++;
    }
    if (!count)
        return 1;
    double began = now();
    for (int round = 0; round < rounds; round++)
        for (int one = 0; one < count; one++)
            ASN_STRUCT_FREE(asn_DEF_Whole_CSTAEventReportArgument, decoded(one));
    double decode = now() - began;
    void *values[MOST];
    for (int one = 0; one < count; one++)
        values[one] = decoded(one);
    began = now();
    for (int round = 0; round < rounds; round++)
        for (int one = 0; one < count; one++)
            if (der_encode_to_buffer(&asn_DEF_Whole_CSTAEventReportArgument, values[one], out,
                                     sizeof out).encoded != (ssize_t)sizes[one]) {
                fprintf(stderr, "message %d is written otherwise\n", one);
                return 1;
            }
    double encode = now() - began;
    printf("%.12f %.12f\n", decode / rounds / count, encode / rounds / count);
    return 0;
}
