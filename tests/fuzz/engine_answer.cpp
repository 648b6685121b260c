// SPDX-License-Identifier: Apache-2.0
// What a container engine answers: gRPC's framing, CRI's messages, and the JSON of a verbose status.
#include "adapters/cri/convert.hpp"
#include "adapters/http2/grpc_message.hpp"
#include "fuzz/target.hpp"

#include <runtime_v1.pb.h>

namespace {

using namespace hooklet;

template <class Message>
void read_one(const std::string& bytes) {
    Message message;
    if (message.ParseFromString(bytes)) (void)cri::from_proto(message);
}

void read_message(const std::string& bytes) {
    read_one<runtime::v1::ContainerStatus>(bytes);
    read_one<runtime::v1::PodSandboxStatus>(bytes);
    read_one<runtime::v1::Container>(bytes);
    read_one<runtime::v1::PodSandbox>(bytes);
    read_one<runtime::v1::ContainerStats>(bytes);
    read_one<runtime::v1::Image>(bytes);
    read_one<runtime::v1::FilesystemUsage>(bytes);
    runtime::v1::ContainerEventResponse event;
    if (event.ParseFromString(bytes)) (void)cri::event_type_of(event);
}

}  // namespace

HOOKLET_FUZZ(input) {
    http2::MessageReader reader(1 << 16);
    (void)reader.feed(input, read_message);
    read_message(std::string(input));
    (void)cri::parse_container_info(input);
    (void)http2::percent_decoded(input);
}
