// SPDX-License-Identifier: Apache-2.0
#include "server/watch.hpp"

#include "server/answer.hpp"
#include "server/computed.hpp"
#include "server/selection.hpp"

#include <chrono>
#include <string>

#include <fmt/format.h>

namespace hooklet::server {

namespace {

using namespace std::chrono_literals;

constexpr Duration bookmark_period = 1min;
constexpr std::chrono::seconds shortest_default = 30min;

/// The events of one watch as a client sees them.
class Lines {
  public:
    Lines(const kinds::Kind* kind, Rendering rendering) : kind_(kind), rendering_(rendering) {}

    std::string event(const store::WatchEvent& event, WallTime now) {
        std::string object = event.object ? render(rendering_, *kind_, *event.object, now)
                                          : render_bookmark(rendering_, *kind_, event.revision);
        rendering_.columns = false;
        return line(store::name(event.type), object);
    }
    static std::string line(std::string_view type, std::string_view object) {
        return fmt::format("{{\"type\":\"{}\",\"object\":{}}}\n", type, object);
    }

  private:
    const kinds::Kind* kind_;
    Rendering rendering_;
};

std::chrono::seconds length_of(const ListOptions& options, Random& random) {
    if (options.timeout && options.timeout->count() > 0) return *options.timeout;
    const auto more =
        static_cast<std::int64_t>(random.next() % static_cast<std::uint64_t>(shortest_default.count()));
    return shortest_default + std::chrono::seconds(more);
}

/// Writes events until the end of the watch; what ends it early is told to the client.
Task<Status> write_events(Services services, HttpExchange* exchange, store::Watch* events, Lines lines,
                          ListOptions options) {
    Clock& clock = *services.clock;
    const MonotonicTime end = clock.now() + length_of(options, *services.random);
    while (clock.now() < end) {
        const Call call(std::min(end, clock.now() + bookmark_period), exchange->gone());
        const auto event = co_await events->next(call);
        if (!event && event.error().code != Code::expired) co_return std::unexpected(event.error());
        if (!event) {
            const ApiStatus gone = status::failure(410, "Expired", event.error().text());
            std::string line = Lines::line("ERROR", to_json(gone));
            co_return co_await exchange->write(std::move(line));
        }
        if (!event->object && !options.bookmarks) continue;
        std::string line = lines.event(*event, clock.wall());
        const Status written = co_await exchange->write(std::move(line));
        if (!written) co_return written;
    }
    co_return Status{};
}

/// Nothing: from the beginning.
Answer<std::optional<Revision>> revision_of(const ListOptions& options) {
    const auto revision = store::parse_revision(options.resource_version);
    if (!revision) {
        // A list says the same in other words, and with another code.
        const std::string text = revision.error().text();
        return std::unexpected(
            status::failure(500, "InternalError", text.substr(text.find("resourceVersion:"))));
    }
    return *revision == 0 ? std::nullopt : std::optional(*revision);
}

}  // namespace

Task<Answer<std::unique_ptr<store::Watch>>> watch(Services services, Target target, ListOptions options) {
    auto selection = select(target, options.label_selector, options.field_selector);
    if (!selection) co_return std::unexpected(selection.error());
    const auto from = revision_of(options);
    if (!from) co_return std::unexpected(from.error());
    Result<std::unique_ptr<store::Watch>> events;
    Computed* maker = target.kind->computed ? maker_of(services, *target.kind) : nullptr;
    if (maker != nullptr) {
        Asked asked{*std::move(selection), options.label_selector, options.field_selector};
        events = co_await maker->watch(std::move(asked), *from);
    } else {
        events = services.objects->watch(*std::move(selection), *from);
    }
    if (!events) co_return std::unexpected(status::of(events.error(), *target.kind, ""));
    co_return *std::move(events);
}

Task<void> serve_watch(Services services, HttpExchange* exchange, Target target, ListOptions options,
                       Rendering rendering) {
    auto events = co_await watch(services, target, options);
    const bool expired = !events && events.error().code == 410;
    if (!events && !expired) {
        co_await respond(exchange, events.error());
        co_return;
    }
    HttpReply head = json_reply(200, "");
    const Status begun = co_await exchange->begin(std::move(head));
    if (!begun) co_return;
    if (expired) {
        std::string line = Lines::line("ERROR", to_json(events.error()));
        co_await exchange->write(std::move(line));
    } else {
        const Lines lines(target.kind, rendering);
        co_await write_events(services, exchange, events->get(), lines, options);
    }
    co_await exchange->finish();
}

}  // namespace hooklet::server
