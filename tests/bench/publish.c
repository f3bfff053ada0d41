/* Publishes messages of equal size with QoS 1 through libmosquitto, as fast as it takes them.
 *
 * publish PORT TOPIC COUNT SIZE WINDOW: prints the seconds from the first publish to the last
 * acknowledgement. */

#include <mosquitto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int asked, done, count, size, window;
static const char *topic;
static char *payload;

static double now(void) {
    struct timespec told;
    clock_gettime(CLOCK_MONOTONIC, &told);
    return told.tv_sec + told.tv_nsec / 1e9;
}

static void fill(struct mosquitto *client) {
    while (asked < count && asked - done < window) {
        if (mosquitto_publish(client, NULL, topic, size, payload, 1, false) != 0)
            exit(1);
        asked++;
    }
}

static void connected(struct mosquitto *client, void *data, int code) {
    (void)data;
    if (code != 0)
        exit(1);
    fill(client);
}

static void published(struct mosquitto *client, void *data, int mid) {
    (void)data;
    (void)mid;
    if (++done == count)
        mosquitto_disconnect(client);
    else
        fill(client);
}

int main(int argc, char **argv) {
    if (argc != 6)
        return 2;
    topic = argv[2];
    count = atoi(argv[3]);
    size = atoi(argv[4]);
    window = atoi(argv[5]);
    payload = malloc(size);
    memset(payload, 'x', size);
    mosquitto_lib_init();
    struct mosquitto *client = mosquitto_new("bench-c", true, NULL);
    mosquitto_int_option(client, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5);
    mosquitto_int_option(client, MOSQ_OPT_TCP_NODELAY, 1);
    mosquitto_max_inflight_messages_set(client, window);
    mosquitto_connect_callback_set(client, connected);
    mosquitto_publish_callback_set(client, published);
    double began = now();
    if (mosquitto_connect(client, "127.0.0.1", atoi(argv[1]), 60) != 0)
        return 1;
    if (mosquitto_loop_forever(client, -1, 1) != 0 && done < count)
        return 1;
    printf("%.6f\n", now() - began);
    return done == count ? 0 : 1;
}
