// SPDX-License-Identifier: Apache-2.0
#include "support/sim_runtime.hpp"

#include <utility>

namespace hooklet::sim {

using namespace std::chrono_literals;

Task<Result<std::string>> SimRuntime::pull_image(std::string image, std::optional<cri::AuthConfig> login,
                                                 Call call) {
    const auto passage = co_await wire_.request("pull_image", quick_call, call);
    if (!passage) co_return std::unexpected(passage.error());
    const SimImage* known = images_->find(image);
    const Duration takes = known != nullptr ? known->pull_takes : Duration{500ms};
    const Status waited = co_await pause(clock(), takes, call);
    if (!waited) co_return std::unexpected(waited.error());
    Result<std::string> pulled = images_->finish_pull(image, login);
    if (pulled) engine_->note_pull(image);
    co_return co_await wire_.answer(*passage, call, std::move(pulled));
}

Task<Result<std::optional<cri::Image>>> SimRuntime::image_status(std::string image, Call call) {
    const auto passage = co_await wire_.request("image_status", quick_call, call);
    if (!passage) co_return std::unexpected(passage.error());
    const SimImage* present = images_->find_present(image);
    std::optional<cri::Image> found;
    if (present != nullptr) found = SimImages::describe(*present);
    Result<std::optional<cri::Image>> answer = std::move(found);
    co_return co_await wire_.answer(*passage, call, std::move(answer));
}

Task<Result<std::vector<cri::Image>>> SimRuntime::list_images(Call call) {
    const auto passage = co_await wire_.request("list_images", quick_call, call);
    if (!passage) co_return std::unexpected(passage.error());
    Result<std::vector<cri::Image>> found = images_->list();
    co_return co_await wire_.answer(*passage, call, std::move(found));
}

Task<Status> SimRuntime::remove_image(std::string image, Call call) {
    const auto passage = co_await wire_.request("remove_image", quick_call, call);
    if (!passage) co_return std::unexpected(passage.error());
    images_->remove(image);
    co_return co_await wire_.answer(*passage, call, Status{});
}

Task<Result<std::vector<cri::FilesystemUsage>>> SimRuntime::image_fs_info(Call call) {
    const auto passage = co_await wire_.request("image_fs_info", quick_call, call);
    if (!passage) co_return std::unexpected(passage.error());
    std::uint64_t used = 0;
    for (const cri::Image& image : images_->list()) used += image.size_bytes;
    Result<std::vector<cri::FilesystemUsage>> answer =
        std::vector<cri::FilesystemUsage>{{"/var/lib/sim/images", used, 100}};
    co_return co_await wire_.answer(*passage, call, std::move(answer));
}

}  // namespace hooklet::sim
