// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/node.hpp"
#include "base/time.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What `describe` shows of one object, in kubectl's layout.
namespace hooklet::client {

/// What is known about the object.
struct Subject {
    api::Node object;
    std::optional<std::vector<api::Node>> events{};  ///< Not there: nobody has asked for them.
    std::vector<api::Node> hook_runs{};              ///< Of a Pod, oldest first.
    /// Of a Service its Endpoints, of a Namespace its quotas and limits, of a ServiceAccount the Secrets of
    /// its namespace; each with its kind.
    std::vector<api::Node> related{};
    WallTime now{};
};

/// Of a Pod: containers with their states, conditions, volumes, every hook attempt, events, and what holds
/// the Pod when it is being deleted.
std::string describe_pod(const Subject& subject);
/// Of any kind: as kubectl where it has a layout of its own for the kind, else every field.
std::string describe(const Subject& subject);
/// Of anything else: every field. Not for Secrets.
std::string describe_object(const Subject& subject);

/// Lines whose cells end with tabs, indented by two blanks for each level.
class Page {
  public:
    void line(std::size_t level, std::string_view text);
    /// `Name:<tab>value`
    void field(std::size_t level, std::string_view name, std::string_view value);
    /// Aligned.
    [[nodiscard]] std::string text() const;

  private:
    std::string lines_;
};

/// `Labels:` or `Annotations:` with a line for each entry.
void add_map(Page& page, std::size_t level, std::string_view name, const api::Node* map, char between);
/// The object's events, oldest first; no section when nobody has asked for them.
void add_events(Page& page, const Subject& subject);
/// For an object that is being deleted: since when, which finalizers hold it, and what they wait for.
void add_deletion(Page& page, const Subject& subject);
/// When the event was seen last, as the API writes times.
std::string event_time(const api::Node& event);
/// How long ago that was, and how often since when: `5s`, `5s (x3 over 2m)`.
std::string event_interval(const api::Node& event, WallTime now);
/// A time of the API for people, `Sat, 21 Nov 2026 17:04:05 +0000`; empty for no time.
std::string people_time(std::string_view rfc3339_text);
/// How long ago a time of the API was; `<unknown>` for no time.
std::string age(std::string_view rfc3339_text, WallTime now);

}  // namespace hooklet::client
