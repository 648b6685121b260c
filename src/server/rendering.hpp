// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "server/request_path.hpp"
#include "server/target.hpp"
#include "store/listing.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace hooklet::server {

/// In which form a client wants objects. All of them are JSON.
struct Rendering {
    enum class Form : std::uint8_t { object, table, metadata };
    enum class Include : std::uint8_t { metadata, object, none };
    Form form = Form::object;
    Include include = Include::metadata;  ///< What the rows of a table carry.
    bool columns = true;                  ///< Of a table; only the first of a watch has them.
};

/// Reads the Accept header and `includeObject`. 406 when nothing of it is JSON or would take it, as tables
/// are not for a watch that begins as a list; 400 for an unknown includeObject.
Answer<Rendering> read_rendering(std::string_view accept, const Query& query);

/// One object as JSON.
std::string render(const Rendering& rendering, const kinds::Kind& kind, const store::Object& object,
                   WallTime now);
/// A list of them.
std::string render(const Rendering& rendering, const kinds::Kind& kind, const store::Page& page,
                   WallTime now);
/// An object that tells nothing but a revision, and with `initial_end` that all that was there at the
/// beginning of the watch has been shown.
std::string render_bookmark(const Rendering& rendering, const kinds::Kind& kind, Revision revision,
                            bool initial_end = false);

}  // namespace hooklet::server
