#include "scan.h"

#include <array>

namespace cicada::asn1 {

using base::ByteView;
using base::fail;
using base::Fault;
using base::Result;

namespace {

constexpr std::uint8_t kIndefinite = 0x80;

/// A constructed object that the walk is inside of.
struct Level {
  std::size_t limit;  ///< the content may not go beyond this offset
  std::size_t node;   ///< index in the list of nodes
  bool indefinite;
};

struct Header {
  Tag tag;
  std::size_t size;
  std::size_t content;
  bool indefinite;
  bool over_long;
};

bool is_constructed(ByteView object) noexcept {
  return (object[0] & 0x20U) != 0;
}

/// read_header() knows no indefinite length: the length octet is looked at first.
Result<Header> header_at(ByteView rest) {
  std::size_t tag_size = 1;
  if (!rest.empty() && (rest[0] & 0x1FU) == 0x1FU) {
    while (tag_size < rest.size() && (rest[tag_size] & 0x80U) != 0) ++tag_size;
    ++tag_size;
  }
  if (tag_size < rest.size() && rest[tag_size] == kIndefinite && is_constructed(rest)) {
    // The tag alone goes through the same checks, with a length of zero behind it.
    std::array<std::uint8_t, 4> tag_only{};
    if (tag_size >= tag_only.size()) {
      return fail({.fault = Fault::malformed, .what = "tag of more than three octets"});
    }
    std::ranges::copy(rest.first(tag_size), tag_only.begin());
    CICADA_TRY(const auto header, read_header(ByteView{tag_only}.first(tag_size + 1)));
    return Header{.tag = header.tag, .size = tag_size + 1, .content = 0, .indefinite = true, .over_long = false};
  }
  CICADA_TRY(const auto header, read_header(rest));
  return Header{.tag = header.tag,
                .size = header.header_size,
                .content = header.content_size,
                .indefinite = false,
                .over_long = header.header_size != header_size(header.tag, header.content_size)};
}

class Walk {
 public:
  Walk(ByteView bytes, const ScanCaps& caps, std::vector<ScanNode>* nodes)
      : bytes_(bytes), caps_(caps), nodes_(nodes) {}

  Result<Scan> run() {
    CICADA_TRY(const auto end, run_to_end());
    if (end != bytes_.size()) {
      return fail({.fault = Fault::malformed, .what = "data goes on after its end", .at = end});
    }
    return seen_;
  }

  /// The offset behind the first object.
  Result<std::size_t> run_to_end() {
    if (bytes_.size() > caps_.size) return fail({.fault = Fault::limit, .what = "encoding is too large"});
    do {
      CICADA_CHECK(step());
      close_full_levels();
    } while (depth_ > 0);
    return position_;
  }

 private:
  [[nodiscard]] std::size_t limit() const noexcept {
    return depth_ == 0 ? bytes_.size() : levels_.at(depth_ - 1).limit;
  }

  /// One object, or the mark that ends an indefinite one.
  Result<void> step() {
    const auto rest = bytes_.subspan(position_, limit() - position_);
    if (depth_ > 0 && levels_.at(depth_ - 1).indefinite && rest.size() >= 2 && rest[0] == 0 && rest[1] == 0) {
      close_level(position_, position_ + 2);
      position_ += 2;
      return {};
    }
    auto header = header_at(rest);
    if (!header) {
      header.error().at = position_ + header.error().at.value_or(0);
      return std::unexpected(header.error());
    }
    if (header->content > rest.size() - header->size) {
      return fail({.fault = Fault::malformed, .what = "data object is longer than what holds it", .at = position_});
    }
    if (++seen_.elements > caps_.elements) {
      return fail({.fault = Fault::limit, .what = "too many data objects", .at = position_});
    }
    seen_.indefinite = seen_.indefinite || header->indefinite;
    seen_.over_long = seen_.over_long || header->over_long;
    return enter(*header, is_constructed(rest));
  }

  Result<void> enter(const Header& header, bool constructed) {
    const auto content = position_ + header.size;
    const auto node = nodes_ == nullptr ? 0 : nodes_->size();
    if (nodes_ != nullptr) {
      nodes_->push_back({.tag = header.tag,
                         .start = position_,
                         .header_size = header.size,
                         .content_end = content + header.content,
                         .end = content + header.content,
                         .next = node + 1,
                         .indefinite = header.indefinite});
    }
    if (!constructed) {
      position_ = content + header.content;
      return {};
    }
    if (depth_ == levels_.size()) {
      return fail({.fault = Fault::limit, .what = "data objects nested too deep", .at = position_});
    }
    const auto end = header.indefinite ? limit() : content + header.content;
    levels_.at(depth_++) = {.limit = end, .node = node, .indefinite = header.indefinite};
    position_ = content;
    return {};
  }

  void close_level(std::size_t content_end, std::size_t end) {
    const auto& level = levels_.at(--depth_);
    if (nodes_ == nullptr) return;
    auto& node = (*nodes_)[level.node];
    node.content_end = content_end;
    node.end = end;
    node.next = nodes_->size();
  }

  void close_full_levels() {
    while (depth_ > 0 && !levels_.at(depth_ - 1).indefinite && position_ == levels_.at(depth_ - 1).limit) {
      close_level(position_, position_);
    }
  }

  ByteView bytes_;
  ScanCaps caps_;
  std::vector<ScanNode>* nodes_;
  std::array<Level, kMaxDepth> levels_{};
  std::size_t depth_ = 0;
  std::size_t position_ = 0;
  Scan seen_;
};

constexpr ScanCaps kSizeCaps{.size = 64UL * 1024 * 1024, .elements = 65'536};

}  // namespace

Result<std::size_t> object_size(ByteView bytes) {
  const auto header = read_header(bytes);
  if (header && header->total_size() <= bytes.size()) return header->total_size();
  return Walk{bytes, kSizeCaps, nullptr}.run_to_end();
}

Result<Scan> scan(ByteView bytes, const ScanCaps& caps, std::vector<ScanNode>* nodes) {
  return Walk{bytes, caps, nodes}.run();
}

}  // namespace cicada::asn1
