#include "ldif.h"

#include "cicada/asn1/pem.h"

namespace cicada::host::pki {

using base::fail;
using base::Fault;

namespace {

/// Cuts the next line off, without its end.
std::string_view take_line(std::string_view& rest) noexcept {
  const auto end = rest.find('\n');
  auto line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string lower(std::string_view text) {
  std::string result{text};
  for (auto& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

bool starts_with(std::string_view line, std::string_view lower_case) {
  return lower(line.substr(0, lower_case.size())) == lower_case;
}

/// "userCertificate;binary" -> "usercertificate"
std::string attribute_name(std::string_view description) {
  return lower(description.substr(0, description.find(';')));
}

}  // namespace

bool looks_like_ldif(base::ByteView text) noexcept {
  auto rest = base::as_text(text);
  // Before the first entry there are comments and empty lines, and perhaps a byte order mark.
  if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
  for (int line = 0; line < 64 && !rest.empty(); ++line) {
    const auto content = take_line(rest);
    if (content.empty() || content.starts_with('#') || content.starts_with(' ')) continue;
    return starts_with(content, "dn:") || starts_with(content, "version:");
  }
  return false;
}

base::Result<void> read_ldif(base::ByteView text, const std::function<base::Result<void>(LdifValue)>& on_value,
                             const std::function<void(const base::Error&)>& on_error) {
  auto rest = base::as_text(text);
  const auto* const begin = rest.data();
  while (!rest.empty()) {
    const auto at = static_cast<std::size_t>(rest.data() - begin);
    const auto first = take_line(rest);
    const bool wanted = !first.starts_with('#');
    std::string line{wanted ? first : std::string_view{}};
    bool too_long = false;
    // A line that begins with a space goes on with the one before it (RFC 2849, note 2).
    while (rest.starts_with(' ')) {
      const auto more = take_line(rest).substr(1);
      too_long = too_long || line.size() + more.size() > kMaxLdifValue;
      if (wanted && !too_long) line += more;
    }
    const auto colons = line.find("::");
    if (!wanted || colons == std::string::npos || line.find(':') != colons) continue;
    if (too_long) {
      on_error({.fault = Fault::limit, .what = "a value of the LDIF file is too long", .at = at});
      continue;
    }
    auto octets = asn1::decode_base64(std::string_view{line}.substr(colons + 2), at);
    if (!octets) {
      on_error({.fault = Fault::malformed, .what = "base64 of the LDIF file is broken", .at = at});
      continue;
    }
    CICADA_CHECK(on_value({.attribute = attribute_name(std::string_view{line}.substr(0, colons)),
                           .at = at,
                           .octets = *std::move(octets)}));
  }
  return {};
}

}  // namespace cicada::host::pki
