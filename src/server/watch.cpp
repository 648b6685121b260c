// SPDX-License-Identifier: Apache-2.0
#include "server/watch.hpp"

#include "server/answer.hpp"
#include "server/computed.hpp"
#include "server/list.hpp"
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
    Lines(const kinds::Kind* kind, Rendering rendering, const ListOptions& options)
        : kind_(kind),
          rendering_(rendering),
          owes_initial_end_(options.bookmarks && options.initial_events.value_or(false)) {}

    /// Once, as soon as all that was there at the beginning has been shown to one who wants to know.
    std::optional<std::string> initial_end(const store::Watch& events) {
        if (!owes_initial_end_ || events.shows_initial()) return std::nullopt;
        owes_initial_end_ = false;
        const store::WatchEvent here = events.bookmark();
        return line(store::name(here.type), render_bookmark(rendering_, *kind_, here.revision, true));
    }

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
    bool owes_initial_end_;
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
        if (std::optional<std::string> line = lines.initial_end(*events)) {
            const Status told = co_await exchange->write(*std::move(line));
            if (!told) co_return told;
        }
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

Task<Answer<std::unique_ptr<store::Watch>>> watch(Services services, Target target, ListOptions options,
                                                  CancelToken cancel) {
    auto selection = select(target, options.label_selector, options.field_selector);
    if (!selection) co_return std::unexpected(selection.error());
    auto from = revision_of(options);
    if (!from) co_return std::unexpected(from.error());
    if (options.initial_events.value_or(false)) {
        const Answer<void> there = co_await await_revision(services, target, options, std::move(cancel));
        if (!there) co_return std::unexpected(there.error());
        from = std::nullopt;
    }
    Result<std::unique_ptr<store::Watch>> events;
    Computed* maker = target.kind->computed ? maker_of(services, *target.kind) : nullptr;
    if (maker != nullptr) {
        Asked asked{*std::move(selection), options.label_selector, options.field_selector};
        events = co_await maker->watch(std::move(asked), *from);
    } else {
        events = services.objects->watch(*std::move(selection), *from);
    }
    if (!events) co_return std::unexpected(status::of(events.error(), *target.kind, ""));
    if (!options.initial_events.value_or(true)) (*events)->skip_initial();
    co_return *std::move(events);
}

Task<void> serve_watch(Services services, HttpExchange* exchange, Target target, ListOptions options,
                       Rendering rendering) {
    auto events = co_await watch(services, target, options, exchange->gone());
    const bool out_of_time = !events && (events.error().code == 410 || events.error().code == 504);
    if (!events && !out_of_time) {
        co_await respond(exchange, events.error());
        co_return;
    }
    HttpReply head = json_reply(200, "");
    const Status begun = co_await exchange->begin(std::move(head));
    if (!begun) co_return;
    if (out_of_time) {
        std::string line = Lines::line("ERROR", to_json(events.error()));
        co_await exchange->write(std::move(line));
    } else {
        const Lines lines(target.kind, rendering, options);
        co_await write_events(services, exchange, events->get(), lines, options);
    }
    co_await exchange->finish();
}

}  // namespace hooklet::server
