#include "template.h"

#include <fmt/format.h>

#include <algorithm>

#include "cicada/asn1/tlv.h"
#include "cicada/base/cursor.h"
#include "cicada/base/hex.h"

namespace cicada::host::perso {

namespace {

constexpr std::size_t kMaxWidth = 4;
constexpr std::size_t kMaxTag = 3;

bool is_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
}
bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// ISO/IEC 7816-4 §5.2.2.1: five low bits set say that more octets follow, the high bit of each says that another one
/// does.
bool is_tag(base::ByteView octets) {
  if (octets.empty() || octets.size() > kMaxTag || octets[0] == 0) return false;
  if ((octets[0] & 0x1FU) != 0x1FU) return octets.size() == 1;
  if (octets.size() == 1 || octets[1] == 0x80) return false;
  for (std::size_t i = 1; i < octets.size(); ++i) {
    const bool more = (octets[i] & 0x80U) != 0;
    if (more != (i + 1 < octets.size())) return false;
  }
  return true;
}

}  // namespace

class Template::Parser {
 public:
  Parser(std::string_view text, const FieldSet& allowed) : text_(text), allowed_(allowed) {}

  std::expected<Template, std::string> parse() {
    if (text_.size() > kMaxTemplate) return refuse(0, fmt::format("longer than {} characters", kMaxTemplate));
    CICADA_TRY(made_.parts_, parts(0, false));
    if (position_ != text_.size()) return refuse(position_, "there is no parenthesis to be closed");
    return std::move(made_);
  }

 private:
  using Parts = std::expected<std::vector<Part>, std::string>;

  static std::unexpected<std::string> refuse(std::size_t at, std::string_view what) {
    return std::unexpected(fmt::format("character {}: {}", at + 1, what));
  }

  Parts parts(std::size_t depth, bool optional) {
    std::vector<Part> found;
    while (position_ < text_.size() && text_[position_] != ')') {
      const char c = text_[position_];
      if (is_space(c)) {
        ++position_;
        continue;
      }
      if (++count_ > kMaxTemplateParts) return refuse(position_, fmt::format("more than {} parts", kMaxTemplateParts));
      auto part = c == '{' ? field(optional) : digits(depth);
      if (!part) return std::unexpected(part.error());
      found.push_back(*std::move(part));
    }
    return found;
  }

  std::expected<Part, std::string> field(bool optional) {
    const auto start = position_;
    const auto end = text_.find('}', start);
    if (end == std::string_view::npos) return refuse(start, "this { is not closed");
    const auto inside = text_.substr(start + 1, end - start - 1);
    const auto colon = inside.find(':');
    const auto name = inside.substr(0, colon);
    const auto known = field_by_name(name);
    if (!known || !allowed_.test(index(*known))) {
      return refuse(start, fmt::format("no field {{{}}} in this step; there are: {}", name, names(allowed_)));
    }
    const auto& about = info(*known);
    if (about.optional && !optional) {
      return refuse(
          start, fmt::format("some cards have no {{{0}}}: write an object that can be left out, 84?({{{0}{1}}})", name,
                             about.number ? ":1" : ""));
    }
    Part part{.kind = Part::Kind::field, .field = *known};
    if (about.number != (colon != std::string_view::npos)) {
      return refuse(start, about.number ? fmt::format("{{{0}}} is a number: say in how many octets, {{{0}:{1}}}", name,
                                                      about.most)
                                        : fmt::format("{{{}}} is no number: it has its own length", name));
    }
    if (about.number) {
      const auto width = inside.substr(colon + 1);
      if (width.size() != 1 || width[0] < '1' || width[0] > static_cast<char>('0' + kMaxWidth)) {
        return refuse(start, fmt::format("a number has 1 to {} octets", kMaxWidth));
      }
      part.width = static_cast<std::size_t>(width[0] - '0');
      if (part.width < about.most) {
        return refuse(start, fmt::format("{{{}}} needs {} octets", name, about.most));
      }
    }
    made_.used_.set(index(*known));
    position_ = end + 1;
    return part;
  }

  /// Octets up to the next field, space or parenthesis, or an object that begins here.
  std::expected<Part, std::string> digits(std::size_t depth) {
    if (text_.substr(position_).starts_with("L(")) return counted(depth);
    const auto start = position_;
    while (position_ < text_.size() && is_digit(text_[position_])) ++position_;
    if (position_ == start) return refuse(start, fmt::format("'{}' does not belong here", printable(text_[start])));
    const auto run = text_.substr(start, position_ - start);
    auto octets = base::from_hex(run);
    if (!octets) return refuse(start, "an odd number of hexadecimal digits");
    const bool optional = text_.substr(position_).starts_with("?(");
    if (!optional && !text_.substr(position_).starts_with('(')) {
      return Part{.kind = Part::Kind::octets, .octets = *std::move(octets)};
    }
    if (!is_tag(*octets)) return refuse(start, "this is not the tag of a data object");
    if (depth == kMaxTemplateDepth) return refuse(start, fmt::format("more than {} objects deep", kMaxTemplateDepth));
    Part part{.kind = Part::Kind::object, .optional = optional};
    for (const auto octet : *octets) part.tag = part.tag << 8U | octet;
    position_ += optional ? 2 : 1;
    auto inside = parts(depth + 1, optional);
    if (!inside) return std::unexpected(inside.error());
    if (position_ == text_.size()) return refuse(start, "this object is not closed");
    ++position_;
    part.inside = *std::move(inside);
    if (optional && std::ranges::none_of(part.inside, [](const Part& one) {
          return one.kind == Part::Kind::field && info(one.field).optional;
        })) {
      return refuse(start, "nothing in this object can be missing: take the ? away");
    }
    return part;
  }

  std::expected<Part, std::string> counted(std::size_t depth) {
    constexpr std::size_t kMost = 255;
    const auto start = position_;
    if (depth == kMaxTemplateDepth) return refuse(start, fmt::format("more than {} objects deep", kMaxTemplateDepth));
    position_ += 2;
    auto inside = parts(depth + 1, false);
    if (!inside) return std::unexpected(inside.error());
    if (position_ == text_.size()) return refuse(start, "this is not closed");
    ++position_;
    const bool open = std::ranges::any_of(*inside, [](const Part& part) {
      return part.kind == Part::Kind::object || (part.kind == Part::Kind::field && info(part.field).large);
    });
    if (open || bound(*inside, Bound::most) > kMost) {
      return refuse(start, fmt::format("one octet counts {} octets at most, and no objects", kMost));
    }
    return Part{.kind = Part::Kind::counted, .inside = *std::move(inside)};
  }

  static std::string printable(char c) { return c > ' ' && c <= '~' ? std::string(1, c) : std::string{"?"}; }

  std::string_view text_;
  const FieldSet& allowed_;
  Template made_;
  std::size_t position_ = 0;
  std::size_t count_ = 0;
};

std::expected<Template, std::string> Template::parse(std::string_view text, const FieldSet& allowed) {
  return Parser{text, allowed}.parse();
}

std::size_t Template::bound(const std::vector<Part>& parts, Bound which) noexcept {
  std::size_t sum = 0;
  for (const auto& part : parts) {
    switch (part.kind) {
      case Part::Kind::octets: sum += part.octets.size(); break;
      case Part::Kind::field: {
        const auto& about = info(part.field);
        const bool most = which == Bound::most && !about.large;
        sum += about.number ? part.width : most ? about.most : about.least;
        break;
      }
      case Part::Kind::object: {
        if (part.optional && which == Bound::least) break;
        const auto content = bound(part.inside, which);
        sum += asn1::header_size(part.tag, content) + content;
        break;
      }
      case Part::Kind::counted: sum += 1 + bound(part.inside, which); break;
    }
  }
  return sum;
}

std::size_t Template::least() const noexcept {
  return bound(parts_, Bound::least);
}

std::size_t Template::most() const noexcept {
  return bound(parts_, Bound::most);
}

bool Template::left_out(const Part& object, const Values& values) noexcept {
  return object.optional && std::ranges::any_of(object.inside, [&values](const Part& part) {
           return part.kind == Part::Kind::field && info(part.field).optional && !values.has(part.field);
         });
}

std::size_t Template::size(const std::vector<Part>& parts, const Values& values) noexcept {
  std::size_t sum = 0;
  for (const auto& part : parts) {
    switch (part.kind) {
      case Part::Kind::octets: sum += part.octets.size(); break;
      case Part::Kind::field: sum += part.width != 0 ? part.width : values.octets(part.field).size(); break;
      case Part::Kind::object: {
        if (left_out(part, values)) break;
        const auto content = size(part.inside, values);
        sum += asn1::header_size(part.tag, content) + content;
        break;
      }
      case Part::Kind::counted: sum += 1 + size(part.inside, values); break;
    }
  }
  return sum;
}

std::size_t Template::size(const Values& values) const noexcept {
  return size(parts_, values);
}

void Template::expand(const std::vector<Part>& parts, const Values& values, base::Bytes& to,
                      std::vector<OctetRange>& secret) {
  for (const auto& part : parts) {
    switch (part.kind) {
      case Part::Kind::octets: base::append(to, part.octets); break;
      case Part::Kind::field: {
        const auto start = to.size();
        if (part.width != 0) {
          base::append_unsigned(to, values.number(part.field), part.width);
        } else {
          base::append(to, values.octets(part.field));
        }
        if (info(part.field).secret) secret.push_back({.offset = start, .size = to.size() - start});
        break;
      }
      case Part::Kind::object:
        if (left_out(part, values)) break;
        asn1::append_header(to, part.tag, size(part.inside, values));
        expand(part.inside, values, to, secret);
        break;
      case Part::Kind::counted:
        base::append_unsigned(to, size(part.inside, values), 1);
        expand(part.inside, values, to, secret);
        break;
    }
  }
}

void Template::expand(const Values& values, base::Bytes& to, std::vector<OctetRange>& secret) const {
  to.reserve(to.size() + size(values));  // at once: a buffer that grows leaves secrets behind
  expand(parts_, values, to, secret);
}

}  // namespace cicada::host::perso
