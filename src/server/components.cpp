// SPDX-License-Identifier: Apache-2.0
#include "server/components.hpp"

#include "api/component_types.hpp"
#include "server/target.hpp"

namespace hooklet::server {

Task<Result<store::Page>> Components::list(Asked asked, Call /*call*/) {
    api::ComponentStatus status;
    status.metadata.name = "store";
    api::ComponentCondition& healthy = status.conditions.emplace_back();
    healthy.type = "Healthy";
    const Status& written = objects_->last_write();
    healthy.status = written ? "True" : "False";
    if (written) healthy.message = "ok";
    if (!written) healthy.error = written.error().text();
    const kinds::Kind& kind = *kinds::find("", "v1", "componentstatuses");
    store::Page page{.revision = objects_->revision(), .objects = {}, .continue_ = {}, .remaining = {}};
    const ObjectKey key{kind.resource(), "", status.metadata.name};
    auto object = store::make_object(key, page.revision, encode(kind, &status), {});
    if (asked.selection.contains(*object)) page.objects.push_back(std::move(object));
    co_return page;
}

}  // namespace hooklet::server
