// SPDX-License-Identifier: Apache-2.0
#include "api/protobuf.hpp"

#include "api/codec.hpp"
#include "api/wire.hpp"
#include "support/api_filler.hpp"

#include <cstdint>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace hooklet::api {
namespace {

// Messages of the format's specification by hand: every length and number in them is below 128, so that each
// tag and each size is one byte.

/// A length-delimited field.
std::string len(int number, std::string_view bytes) {
    EXPECT_LT(bytes.size(), 128U);
    std::string out;
    if (number >= 16) {  // the tag has two bytes: 7 low bits first
        out += static_cast<char>(((number << 3 | 2) & 0x7f) | 0x80);
        out += static_cast<char>(number >> 4);
    } else {
        out += static_cast<char>(number << 3 | 2);
    }
    out += static_cast<char>(bytes.size());
    return out += bytes;
}

/// A varint field with a small number and a small value.
std::string num(int number, int value) {
    return {static_cast<char>(number << 3), static_cast<char>(value)};
}

template <class T>
T read(std::string_view message) {
    T object;
    const Status read = decode_protobuf(describe<T>(), message, &object);
    EXPECT_TRUE(read) << read.error().text();
    return object;
}

template <class T>
std::string error_of(std::string_view message, const ParseLimits& limits = {}) {
    T object;
    const Status read = decode_protobuf(describe<T>(), message, &object, limits);
    EXPECT_FALSE(read);
    if (read) return {};
    EXPECT_EQ(read.error().code, Code::invalid);
    return read.error().message;
}

template <class T>
std::string write(const T& object) {
    return encode_protobuf(describe<T>(), &object);
}

TEST(Protobuf, ReadsAPod) {
    const std::string metadata = len(1, "web") + len(11, len(1, "app") + len(2, "x")) +
                                 len(8, std::string("\x08\x80\x80\x80\x80\x06", 6)) + num(10, 0);
    const std::string port = num(2, 0) + num(3, 80) + len(4, "TCP");
    const std::string limits = len(1, len(1, "cpu") + len(2, len(1, "500m")));
    const std::string container =
        len(1, "app") + len(2, "busybox") + len(3, "sh") + len(3, "-c") + len(6, port) + len(8, limits);
    const std::string spec =
        len(2, container) + num(4, 30) + num(11, 1) + len(7, len(1, "disk") + len(2, ""));
    const Pod pod = read<Pod>(len(1, metadata) + len(2, spec) + len(3, ""));

    Pod expected;
    expected.metadata.name = "web";
    expected.metadata.labels["app"] = "x";
    expected.metadata.creationTimestamp = WallTime{std::chrono::seconds(0x60000000)};
    expected.metadata.deletionGracePeriodSeconds = 0;
    Container app{.name = "app", .image = "busybox", .command = {"sh", "-c"}};
    app.ports = {{.containerPort = 80, .protocol = "TCP"}};
    app.resources.limits["cpu"] = Quantity::of_milli(500);
    expected.spec.containers = {app};
    expected.spec.terminationGracePeriodSeconds = 30;
    expected.spec.hostNetwork = true;
    expected.spec.nodeSelector["disk"] = "";
    EXPECT_EQ(pod, expected);
}

TEST(Protobuf, ReadsInlinedStructs) {
    // A volume's source, a probe's handler and a reference's name have a message of their own on the wire.
    const auto volume = read<Volume>(len(1, "tmp") + len(2, len(2, len(1, "Memory"))));
    EXPECT_EQ(volume.name, "tmp");
    ASSERT_TRUE(volume.emptyDir);
    EXPECT_EQ(volume.emptyDir->medium, "Memory");
    const auto probe =
        read<Probe>(len(1, len(2, len(1, "/up") + len(2, num(1, 1) + len(3, "http")))) + num(2, 5));
    ASSERT_TRUE(probe.httpGet);
    EXPECT_EQ(probe.httpGet->path, "/up");
    EXPECT_EQ(probe.httpGet->port, IntOrString("http"));
    EXPECT_EQ(probe.initialDelaySeconds, 5);
    EXPECT_EQ(read<ConfigMapKeySelector>(len(1, len(1, "cm")) + len(2, "k")).name, "cm");
}

TEST(Protobuf, ReadsTheMessagesThatStandForScalars) {
    EXPECT_EQ(read<TCPSocketAction>(len(1, num(1, 0) + num(2, 80))).port, IntOrString(80));
    EXPECT_EQ(read<ResourceFieldSelector>(len(3, len(1, "1Mi"))).divisor.units(), 1 << 20);
    EXPECT_TRUE(read<ResourceFieldSelector>(len(3, "")).divisor.is_zero());
    EXPECT_FALSE(read<ObjectMeta>(len(9, "")).deletionTimestamp);
    const auto before_1970 = std::string("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11);
    EXPECT_EQ(read<ObjectMeta>(len(9, before_1970)).deletionTimestamp->at,
              WallTime{std::chrono::seconds(-1)});
    const auto entry = read<ManagedFieldsEntry>(len(7, len(1, R"({"f:spec":{}})")));
    EXPECT_EQ(write_json(*entry.fieldsV1), R"({"f:spec":{}})");
    EXPECT_EQ(read<Secret>(len(2, len(1, "k") + len(2, std::string("\0\xff", 2)))).data.at("k"),
              std::string("\0\xff", 2));
}

TEST(Protobuf, ReadsWhatOtherEncodersWrite) {
    const std::string negative{"\x08\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11};
    EXPECT_EQ(read<SecurityContext>("\x20" + negative.substr(1)).runAsUser, -2);
    const std::vector<std::int64_t> groups{1, 2, 3};
    EXPECT_EQ(read<PodSecurityContext>(len(4, "\x01\x02\x03")).supplementalGroups, groups) << "packed";
    EXPECT_EQ(read<PodSecurityContext>(num(4, 1) + num(4, 2) + num(4, 3)).supplementalGroups, groups);
    const auto probe = read<Container>(len(10, num(2, 5)) + len(10, num(3, 6))).livenessProbe;
    EXPECT_EQ(probe->initialDelaySeconds, 5) << "a message in two pieces";
    EXPECT_EQ(probe->timeoutSeconds, 6);
    EXPECT_EQ(read<ConfigMap>(len(2, len(2, "v") + len(1, "k"))).data.at("k"), "v") << "value before key";
    EXPECT_EQ(read<ConfigMap>(len(2, "")).data.at(""), "");
}

TEST(Protobuf, PassesOverUnknownFields) {
    const std::string fixed64 = "\x79" + std::string(8, 'x');
    const std::string fixed32 = "\x7d" + std::string(4, 'x');
    const std::string group = "\x7b" + num(1, 1) + "\x73\x74" + "\x7c";
    const std::string message = num(15, 1) + len(14, "?") + fixed64 + fixed32 + group + len(100, "?");
    EXPECT_EQ(read<LocalObjectReference>(message + len(1, "n") + message).name, "n");
}

TEST(Protobuf, RefusesWhatIsNoMessage) {
    constexpr std::string_view cut_off = "the protobuf message ends inside a field";
    EXPECT_EQ(error_of<LocalObjectReference>("\x0a\x05web"), cut_off);
    EXPECT_EQ(error_of<LocalObjectReference>("\x0a"), cut_off);
    EXPECT_EQ(error_of<LocalObjectReference>("\x79x"), cut_off);
    EXPECT_EQ(error_of<LocalObjectReference>("\x7b"), cut_off) << "a group without an end";
    EXPECT_EQ(error_of<LocalObjectReference>("\x7c"), "a protobuf group ends that did not begin");
    EXPECT_EQ(error_of<LocalObjectReference>("\x7b\x74"), "a protobuf group ends that did not begin");
    EXPECT_EQ(error_of<LocalObjectReference>("\x0e"), "protobuf wire type 6 does not exist");
    EXPECT_EQ(error_of<LocalObjectReference>(std::string("\x02\x01", 2)),
              "protobuf field number 0 does not exist");
    EXPECT_EQ(error_of<LocalObjectReference>("\x78" + std::string(10, '\xff')),
              "a protobuf number has more than 10 bytes");
}

TEST(Protobuf, SaysWhichFieldIsWrong) {
    EXPECT_EQ(error_of<Pod>(len(2, len(2, len(1, "a")) + len(2, num(1, 7)))),
              "spec.containers.name: a protobuf field has the wrong wire type");
    EXPECT_EQ(error_of<Volume>(len(2, len(2, len(2, len(1, "x"))))).substr(0, 19), "emptyDir.sizeLimit:");
    EXPECT_EQ(error_of<TCPSocketAction>(len(1, num(1, 2))), "port: 2 is no type of a number or string");
    EXPECT_EQ(error_of<ObjectMeta>(len(8, std::string("\x08") + std::string(8, '\xff') + "\x7f")),
              "creationTimestamp: the time is out of range");
    EXPECT_EQ(error_of<ManagedFieldsEntry>(len(7, len(1, "{"))).substr(0, 10), "fieldsV1: ");
}

TEST(Protobuf, KeepsToItsLimits) {
    const std::string three = len(7, len(1, "a")) + len(7, len(1, "b")) + len(7, len(1, "c"));
    EXPECT_EQ(error_of<Container>(three, {.nodes = 2}), "env: the protobuf message has more than 2 values");
    EXPECT_EQ(error_of<PodSecurityContext>(len(4, "\x01\x02\x03"), {.nodes = 2}),
              "supplementalGroups: the protobuf message has more than 2 values");
    EXPECT_EQ(error_of<Container>(three, {.bytes = 14}), "the protobuf message is larger than 14 bytes");
}

TEST(Protobuf, WritesWhatKubernetesWrites) {
    EXPECT_EQ(write(LocalObjectReference{.name = "n"}), len(1, "n"));
    EXPECT_EQ(write(TCPSocketAction{.port = 80}), len(1, num(1, 0) + num(2, 80) + len(3, "")) + len(2, ""))
        << "zeros are written";
    EXPECT_EQ(write(ConfigMap{}), len(1, write(ObjectMeta{}))) << "unset pointers and empty maps are not";
    const std::string empty_time = len(8, "");
    EXPECT_NE(write(ObjectMeta{}).find(empty_time), std::string::npos);
}

TEST(Protobuf, OpensTheEnvelope) {
    const std::string body = std::string("k8s\0", 4) + len(1, len(1, "v1") + len(2, "Pod")) + len(2, "raw") +
                             len(3, "") + len(4, "");
    const auto content = open_envelope(body);
    ASSERT_TRUE(content);
    EXPECT_EQ(content->typeMeta.apiVersion, "v1");
    EXPECT_EQ(content->typeMeta.kind, "Pod");
    EXPECT_EQ(content->raw, "raw");
    EXPECT_EQ(seal_envelope(*content), body);
    EXPECT_FALSE(open_envelope("{}"));
    EXPECT_FALSE(open_envelope(""));
    EXPECT_FALSE(open_envelope(body + "\x12"));
    EXPECT_FALSE(open_envelope(body + len(3, "gzip")));
}

TEST(Protobuf, SurvivesBrokenMessages) {
    const std::string whole = write(support::filled<Pod>());
    std::mt19937 random(7);  // NOLINT: the same messages in each run
    int refused = 0;
    for (int round = 0; round < 300; ++round) {
        std::string broken = whole.substr(0, round % 2 == 0 ? whole.size() : random() % whole.size());
        for (int change = 0; change < 1 + round % 4 && !broken.empty(); ++change)
            broken[random() % broken.size()] = static_cast<char>(random());
        Pod pod;
        const Status read_once = decode_protobuf(describe<Pod>(), broken, &pod);
        if (!read_once) {
            ++refused;
            EXPECT_EQ(read_once.error().code, Code::invalid);
        } else {
            EXPECT_EQ(read<Pod>(write(pod)), pod);
        }
    }
    EXPECT_GT(refused, 100);
    EXPECT_LT(refused, 300);
}

}  // namespace
}  // namespace hooklet::api
