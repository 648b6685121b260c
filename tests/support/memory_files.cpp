// SPDX-License-Identifier: Apache-2.0
#include "support/memory_files.hpp"

#include <cerrno>
#include <deque>
#include <utility>

namespace hooklet::sim {

namespace {

std::unexpected<Error> failed(const std::string& what, const std::string& path, int number) {
    return std::unexpected(errno_error(what + " " + path, number));
}

std::deque<std::string> parts_of(const std::string& path) {
    std::deque<std::string> parts;
    std::size_t begin = 0;
    while (begin < path.size()) {
        const std::size_t end = std::min(path.find('/', begin), path.size());
        const std::string part = path.substr(begin, end - begin);
        if (!part.empty() && part != ".") parts.push_back(part);
        begin = end + 1;
    }
    return parts;
}

std::string parent_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

std::string child_of(const std::string& parent, const std::string& part) {
    return parent == "/" ? "/" + part : parent + "/" + part;
}

bool is_below(const std::string& path, const std::string& directory) {
    return directory == "/" ? path != "/" : path.starts_with(directory + "/");
}

}  // namespace

MemoryFiles::MemoryFiles() {
    nodes_["/"] = {FileType::directory, 0755, 0, {}};
}

Result<std::string> MemoryFiles::resolve(const std::string& path, bool follow_last) const {
    if (!path.starts_with('/')) return failed("resolve", path, EINVAL);
    std::string at = "/";
    std::deque<std::string> rest = parts_of(path);
    int links = 0;
    while (!rest.empty()) {
        const std::string part = std::exchange(rest.front(), {});
        rest.pop_front();
        if (part == "..") {
            at = parent_of(at);
            continue;
        }
        const std::string next = child_of(at, part);
        const auto found = nodes_.find(next);
        if (found == nodes_.end())
            return rest.empty() ? Result<std::string>(next) : failed("open", path, ENOENT);
        if (found->second.type == FileType::symlink && (follow_last || !rest.empty())) {
            if (++links > 40) return failed("open", path, ELOOP);
            const std::deque<std::string> target = parts_of(found->second.content);
            rest.insert(rest.begin(), target.begin(), target.end());
            if (found->second.content.starts_with('/')) at = "/";
            continue;
        }
        if (!rest.empty() && found->second.type != FileType::directory) return failed("open", path, ENOTDIR);
        at = next;
    }
    return at;
}

Status MemoryFiles::insert(const std::string& path, Node node) {
    const auto parent = nodes_.find(parent_of(path));
    if (parent == nodes_.end()) return failed("open", path, ENOENT);
    if (parent->second.type != FileType::directory) return failed("open", path, ENOTDIR);
    if (node.inode == 0) node.inode = ++last_inode_;
    nodes_[path] = std::move(node);
    return {};
}

Result<std::optional<FileType>> MemoryFiles::type_of(std::string path) {
    const auto real = resolve(path, true);
    if (!real && real.error().code == Code::not_found) return std::nullopt;
    if (!real) return std::unexpected(real.error());
    const auto found = nodes_.find(*real);
    if (found == nodes_.end()) return std::nullopt;
    return found->second.type;
}

Result<std::string> MemoryFiles::real_path(std::string path) {
    const auto real = resolve(path, true);
    if (!real) return std::unexpected(real.error());
    if (!nodes_.contains(*real)) return failed("realpath", path, ENOENT);
    return real;
}

Status MemoryFiles::make_directories(std::string path, std::uint32_t mode) {
    std::string at;
    for (const std::string& part : parts_of(path)) {
        at += "/" + part;
        const auto real = resolve(at, true);
        if (!real) return std::unexpected(real.error());
        const auto found = nodes_.find(*real);
        if (found == nodes_.end() && nodes_.contains(at)) return failed("mkdir", at, EEXIST);
        if (found == nodes_.end()) {
            const Status made = insert(*real, {FileType::directory, mode, 0, {}});
            if (!made) return made;
        } else if (found->second.type != FileType::directory) {
            return failed("mkdir", at, ENOTDIR);
        }
    }
    return {};
}

Status MemoryFiles::write_file(std::string path, std::string_view content, std::uint32_t mode) {
    const auto real = resolve(path, true);
    if (!real) return std::unexpected(real.error());
    const auto found = nodes_.find(*real);
    if (found == nodes_.end()) return insert(*real, {FileType::regular, mode, 0, std::string(content)});
    if (found->second.type == FileType::directory) return failed("open", path, EISDIR);
    found->second.content = content;
    found->second.mode = mode;
    return {};
}

Result<std::uint64_t> MemoryFiles::size_of(std::string path) {
    const auto real = resolve(path, true);
    if (!real) return std::unexpected(real.error());
    const auto found = nodes_.find(*real);
    if (found == nodes_.end()) return failed("stat", path, ENOENT);
    return found->second.content.size();
}

Status MemoryFiles::rename(std::string from, std::string to) {
    const auto old_path = resolve(from, false);
    const auto new_path = resolve(to, false);
    if (!old_path) return std::unexpected(old_path.error());
    if (!new_path) return std::unexpected(new_path.error());
    const auto found = nodes_.find(*old_path);
    if (found == nodes_.end()) return failed("rename", from, ENOENT);
    if (nodes_.contains(*new_path)) return failed("rename", to, EEXIST);
    const Status moved = insert(*new_path, found->second);
    if (moved) nodes_.erase(*old_path);
    return moved;
}

Result<std::string> MemoryFiles::read_tail(std::string path, std::size_t limit) {
    const auto real = resolve(path, true);
    if (!real) return std::unexpected(real.error());
    const auto found = nodes_.find(*real);
    if (found == nodes_.end()) return failed("open", path, ENOENT);
    if (found->second.type == FileType::directory) return failed("read", path, EISDIR);
    const std::string& content = found->second.content;
    return content.size() <= limit ? content : content.substr(content.size() - limit);
}

/// A file without a name any more is empty.
struct MemoryFiles::Opened final : OpenFile {
    Opened(MemoryFiles* f, std::uint64_t i) : files(f), inode(i) {}
    Result<std::string> read_at(std::uint64_t offset, std::size_t limit) override {
        for (const auto& [path, node] : files->nodes_) {
            if (node.inode == inode && offset < node.content.size())
                return node.content.substr(offset, limit);
        }
        return std::string();
    }
    [[nodiscard]] bool is_at(const std::string& path) const override {
        const auto real = files->resolve(path, true);
        const Node* found = real ? files->node(*real) : nullptr;
        return found != nullptr && found->inode == inode;
    }
    MemoryFiles* files;
    std::uint64_t inode;
};

Result<std::unique_ptr<OpenFile>> MemoryFiles::open(std::string path) {
    const auto real = resolve(path, true);
    if (!real) return std::unexpected(real.error());
    const auto found = nodes_.find(*real);
    if (found == nodes_.end()) return failed("open", path, ENOENT);
    if (found->second.type != FileType::regular) return failed("open", path, EINVAL);
    return std::make_unique<Opened>(this, found->second.inode);
}

Result<std::vector<std::string>> MemoryFiles::list_directory(std::string path) {
    const auto real = resolve(path, true);
    if (!real) return std::unexpected(real.error());
    const auto found = nodes_.find(*real);
    if (found == nodes_.end()) return failed("open", path, ENOENT);
    if (found->second.type != FileType::directory) return failed("open", path, ENOTDIR);
    std::vector<std::string> names;
    for (const std::string& entry : below(*real)) {
        if (parent_of(entry) == *real) names.push_back(entry.substr(entry.rfind('/') + 1));
    }
    return names;
}

Status MemoryFiles::symlink(std::string target, std::string link) {
    const auto real = resolve(link, false);
    if (!real) return std::unexpected(real.error());
    const auto found = nodes_.find(*real);
    if (found != nodes_.end() && found->second.type != FileType::symlink)
        return failed("symlink", link, EEXIST);
    return insert(*real, {FileType::symlink, 0777, 0, std::move(target)});
}

Status MemoryFiles::remove_file(std::string path) {
    const auto real = resolve(path, false);
    if (!real) return std::unexpected(real.error());
    const auto found = nodes_.find(*real);
    if (found == nodes_.end()) return failed("unlink", path, ENOENT);
    if (found->second.type == FileType::directory) return failed("unlink", path, EISDIR);
    nodes_.erase(found);
    return {};
}

Status MemoryFiles::remove_tree(std::string path) {
    const auto real = resolve(path, false);
    if (!real) return real.error().code == Code::not_found ? Status{} : std::unexpected(real.error());
    for (const auto& [mount, what] : mounts_) {
        if (mount == *real || is_below(mount, *real)) return failed("unlink", mount, EBUSY);
    }
    std::erase_if(nodes_, [&real](const auto& n) { return n.first == *real || is_below(n.first, *real); });
    return {};
}

Status MemoryFiles::change_owner_mode(std::string path, Owner owner, std::uint32_t mode) {
    const auto real = resolve(path, false);
    if (!real) return std::unexpected(real.error());
    const auto found = nodes_.find(*real);
    if (found == nodes_.end()) return failed("chmod", path, ENOENT);
    if (found->second.type != FileType::symlink) found->second.mode = mode;
    if (owner.uid) found->second.uid = *owner.uid;
    if (owner.gid) found->second.gid = *owner.gid;
    return {};
}

Status MemoryFiles::mount_tmpfs(std::string path, std::uint64_t size_bytes) {
    const auto real = resolve(path, true);
    if (!real) return std::unexpected(real.error());
    const auto found = nodes_.find(*real);
    if (found == nodes_.end()) return failed("mount", path, ENOENT);
    if (found->second.type != FileType::directory) return failed("mount", path, ENOTDIR);
    if (mounts_.contains(*real)) return {};
    // What was there is covered; nobody puts a volume over something of value.
    if (!below(*real).empty()) return failed("mount", path, ENOTEMPTY);
    mounts_[*real] = {size_bytes};
    return {};
}

Result<std::string> MemoryFiles::find_beneath(const std::string& root, const std::string& path) const {
    const auto top = resolve(root, true);
    if (!top) return top;
    const auto real = resolve(*top + "/" + path, true);
    if (real && *real != *top && !real->starts_with(*top + "/"))
        return fail(Code::invalid, "`" + path + "` leads out of its volume");
    return real;
}

Result<std::unique_ptr<OpenFile>> MemoryFiles::open_beneath(std::string root, std::string path) {
    const auto found = find_beneath(root, path);
    if (!found) return std::unexpected(found.error());
    return open(*found);
}

Result<std::vector<std::string>> MemoryFiles::list_beneath(std::string root, std::string path) {
    const auto found = find_beneath(root, path);
    if (!found) return std::unexpected(found.error());
    return list_directory(*found);
}

Result<std::string> MemoryFiles::make_beneath(const PlaceBeneath& place) {
    const auto root = real_path(place.root);
    if (!root) return root;
    std::string at = *root;
    for (const std::string& part : parts_of(place.path)) {
        const auto node = nodes_.find(child_of(at, part));
        if (node == nodes_.end()) {
            const Status made =
                insert(child_of(at, part), {FileType::directory, place.directory_mode, 0, {}});
            if (!made) return std::unexpected(made.error());
        } else if (node->second.type == FileType::symlink && node->second.content.starts_with('/')) {
            return fail(Code::invalid, "`" + place.path + "` leads out of its volume");
        }
        auto next = real_path(child_of(at, part));
        if (!next) return next;
        if (*next != *root && !is_below(*next, *root)) {
            return fail(Code::invalid, "`" + place.path + "` leads out of its volume");
        }
        at = std::move(*next);
    }
    return at;
}

Status MemoryFiles::bind_beneath(PlaceBeneath place, std::string target) {
    const auto source = make_beneath(place);
    if (!source) return std::unexpected(source.error());
    Status ready = unmount(target);
    if (ready) ready = remove_tree(target);
    if (ready) ready = make_directories(parent_of(target), 0750);
    if (ready) ready = insert(target, {nodes_.at(*source).type, 0750, 0, {}});
    if (ready) mounts_[target] = {0, *source};
    return ready;
}

Status MemoryFiles::unmount(std::string path) {
    const auto real = resolve(path, true);
    if (!real) return real.error().code == Code::not_found ? Status{} : std::unexpected(real.error());
    const auto mount = mounts_.find(*real);
    if (mount == mounts_.end()) return {};
    const bool tmpfs = mount->second.source.empty();
    mounts_.erase(mount);
    if (tmpfs) std::erase_if(nodes_, [&real](const auto& n) { return is_below(n.first, *real); });
    return {};
}

Status MemoryFiles::make_cgroup(std::string cgroup, CgroupLimits limits) {
    if (parts_of(cgroup).empty() || !cgroup.starts_with('/')) {
        return fail(Code::invalid, "\"" + cgroup + "\" is not the path of a cgroup");
    }
    std::string at;
    for (const std::string& part : parts_of(cgroup)) {
        at += "/" + part;
        cgroups_[at];
    }
    cgroup_limits_[at] = std::move(limits);
    return {};
}

const CgroupLimits* MemoryFiles::cgroup_limits(const std::string& cgroup) const {
    const auto found = cgroup_limits_.find(cgroup);
    return found == cgroup_limits_.end() ? nullptr : &found->second;
}

Status MemoryFiles::remove_cgroup(std::string cgroup) {
    if (parts_of(cgroup).empty() || !cgroup.starts_with('/')) {
        return fail(Code::invalid, "\"" + cgroup + "\" is not the path of a cgroup");
    }
    for (const auto& [path, members] : cgroups_) {
        if ((path == cgroup || is_below(path, cgroup)) && !members.empty()) {
            return failed("rmdir", "/sys/fs/cgroup" + path, EBUSY);
        }
    }
    const auto goes = [&cgroup](const auto& c) { return c.first == cgroup || is_below(c.first, cgroup); };
    std::erase_if(cgroups_, goes);
    std::erase_if(cgroup_limits_, goes);
    return {};
}

const MemoryFiles::Node* MemoryFiles::node(const std::string& path) const {
    const auto found = nodes_.find(path);
    return found == nodes_.end() ? nullptr : &found->second;
}

std::vector<std::string> MemoryFiles::below(const std::string& directory) const {
    std::vector<std::string> found;
    for (const auto& [path, node] : nodes_) {
        if (is_below(path, directory)) found.push_back(path);
    }
    return found;
}

void MemoryFiles::put(const std::string& path, Node node) {
    (void)make_directories(parent_of(path), 0755);
    node.inode = ++last_inode_;
    nodes_[path] = std::move(node);
}

void MemoryFiles::append(const std::string& path, std::string_view content) {
    if (const auto found = nodes_.find(path); found != nodes_.end()) found->second.content += content;
}

void MemoryFiles::join_cgroup(const std::string& cgroup, const std::string& member) {
    std::string at;
    for (const std::string& part : parts_of(cgroup)) {
        at += "/" + part;
        cgroups_[at];
    }
    if (!at.empty()) cgroups_[at].insert(member);
}

void MemoryFiles::leave_cgroup(const std::string& cgroup, const std::string& member) {
    if (const auto found = cgroups_.find(cgroup); found != cgroups_.end()) found->second.erase(member);
}

std::vector<std::string> MemoryFiles::cgroups_below(const std::string& cgroup) const {
    std::vector<std::string> found;
    for (const auto& [path, members] : cgroups_) {
        if (is_below(path, cgroup)) found.push_back(path);
    }
    return found;
}

}  // namespace hooklet::sim
