// SPDX-License-Identifier: Apache-2.0
#include "adapters/cri/task_events.hpp"

#include <events_v1.pb.h>
#include <fmt/format.h>

namespace hooklet::cri {

namespace {

namespace told = ::containerd::events;

constexpr const char* exit_topic = "/tasks/exit";
constexpr const char* oom_topic = "/tasks/oom";

}  // namespace

std::string TaskEvents::method() {
    return "/containerd.services.events.v1.Events/Subscribe";
}

std::string TaskEvents::request() {
    told::SubscribeRequest request;
    for (const char* topic : {exit_topic, oom_topic})
        request.add_filters(fmt::format(R"(topic=="{}",namespace=="k8s.io")", topic));
    return request.SerializeAsString();
}

std::optional<TaskEvents::End> TaskEvents::end(const std::string& message) {
    told::Envelope envelope;
    if (!envelope.ParseFromString(message)) return std::nullopt;
    const std::string& content = envelope.event().value();
    if (told::TaskOOM oom; envelope.topic() == oom_topic && oom.ParseFromString(content))
        out_of_memory_.insert(oom.container_id());
    told::TaskExit exit;
    if (envelope.topic() != exit_topic || !exit.ParseFromString(content)) return std::nullopt;
    if (exit.id() != exit.container_id()) return std::nullopt;
    const bool had_memory = out_of_memory_.erase(exit.id()) == 0;
    return End{exit.id(), had_memory && exit.exit_status() == 0};
}

}  // namespace hooklet::cri
