// Bare BER-TLV, for everything that has no page of its own.
#include <fmt/format.h>

#include <algorithm>

#include "cicada/asn1/tlv.h"
#include "show.h"

namespace cicada::tools {
namespace {

/// No terminal wants more.
constexpr std::size_t kMaxLines = 5000;

bool is_text(base::ByteView octets) noexcept {
  return octets.size() >= 2 &&
         std::ranges::all_of(octets, [](std::uint8_t octet) { return octet >= 0x20 && octet < 0x7F; });
}

base::Result<void> show_level(base::ByteView octets, std::size_t depth, std::size_t& lines, Page& page) {
  if (depth > asn1::kMaxDepth) return base::fail({.fault = base::Fault::limit, .what = "objects nested too deep"});
  asn1::TlvReader reader{octets};
  while (!reader.at_end()) {
    if (++lines > kMaxLines) return base::fail({.fault = base::Fault::limit, .what = "more objects than can be shown"});
    CICADA_TRY(const auto object, reader.next());
    const auto label = fmt::format("{:02X} [{}]", object.tag, object.value.size());
    if (object.constructed()) {
      page.line(label);
      const Page::Level level{page};
      CICADA_CHECK(show_level(object.value, depth + 1, lines, page));
    } else if (is_text(object.value)) {
      page.field(label, fmt::format("\"{}\"", base::as_text(object.value)));
    } else {
      page.octets(label, object.value);
    }
  }
  return {};
}

}  // namespace

base::Result<void> show_tlv(base::ByteView octets, Page& page) {
  std::size_t lines = 0;
  return show_level(octets, 0, lines, page);
}

}  // namespace cicada::tools
