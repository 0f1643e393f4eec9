#include "detail_values.h"

#include <algorithm>

#include "cicada/asn1/der.h"
#include "notes.h"

namespace cicada::host::lds {
namespace {

using base::ByteView;
using base::fail;
using base::Fault;

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

/// Octets of the tag at the front (X.690 §8.1.2.4); 0 when it does not end.
std::size_t tag_size(ByteView list) noexcept {
  constexpr std::uint8_t kMoreOctets = 0x1F;
  constexpr std::uint8_t kNotLast = 0x80;
  constexpr std::size_t kLongest = 3;
  if ((list[0] & kMoreOctets) != kMoreOctets) return 1;
  for (std::size_t size = 2; size <= std::min(list.size(), kLongest); ++size) {
    if ((list[size - 1] & kNotLast) == 0) return size;
  }
  return 0;
}

}  // namespace

void DetailNotes::add(std::string_view name) const {
  note(deviations_, std::string{prefix_} + std::string{name});
}

std::string read_text(ByteView value, const DetailNotes& notes) {
  if (value.empty()) notes.add("empty-object");
  auto text = asn1::text_of(asn1::tags::kUtf8String, value);
  // The converter replaces what is not UTF-8; what it left alone is.
  if (text == base::as_text(value)) return text;
  notes.add("latin1");
  return asn1::text_of(asn1::tags::kTeletexString, value);
}

std::optional<DetailDate> read_date(ByteView value, std::size_t digits) {
  DetailDate date;
  if (value.size() == digits) {
    date.digits = base::as_text(value);
  } else if (value.size() == digits / 2) {
    date.bcd = true;
    for (const auto octet : value) {
      date.digits.push_back(static_cast<char>('0' + (octet >> 4U)));
      date.digits.push_back(static_cast<char>('0' + (octet & 0x0FU)));
    }
  } else {
    return std::nullopt;
  }
  if (!std::ranges::all_of(date.digits, is_digit)) return std::nullopt;
  return date;
}

base::Result<base::Bytes> write_date(const DetailDate& date, std::size_t digits) {
  if (date.digits.size() != digits || !std::ranges::all_of(date.digits, is_digit)) {
    return fail({.fault = Fault::bad_input,
                 .what = "a date of a detail group is YYYYMMDD, a moment YYYYMMDDhhmmss",
                 .clause = "9303-10 §4.7.11"});
  }
  if (!date.bcd) return base::to_bytes(base::as_bytes(date.digits));
  base::Bytes octets;
  for (std::size_t i = 0; i < digits; i += 2) {
    octets.push_back(static_cast<std::uint8_t>((date.digits[i] - '0') << 4U | (date.digits[i + 1] - '0')));
  }
  return octets;
}

std::vector<std::uint32_t> read_tag_list(ByteView value, const DetailNotes& notes) {
  std::vector<std::uint32_t> tags;
  while (!value.empty()) {
    const auto size = tag_size(value);
    if (size == 0) {
      notes.add("tag-list-form");
      break;
    }
    std::uint32_t tag = 0;
    for (const auto octet : value.first(size)) tag = (tag << 8U) | octet;
    tags.push_back(tag);
    value = value.subspan(size);
  }
  return tags;
}

base::Result<void> add_name(ByteView value, std::vector<std::string>& names, const DetailNotes& notes) {
  if (names.size() == kMaxDetailNames) return fail({.fault = Fault::limit, .what = "too many names in a detail group"});
  names.push_back(read_text(value, notes));
  return {};
}

base::Result<bool> read_names(ByteView value, asn1::Tag name, std::vector<std::string>& names,
                              const DetailNotes& notes) {
  const auto objects = asn1::read_all(value);
  const auto is_count = [](const asn1::Tlv& object) { return object.tag == kDetailCount && object.value.size() == 1; };
  const auto is_name = [name](const asn1::Tlv& object) { return object.tag == name; };
  const auto counted = objects && !objects->empty() && is_count(objects->front());
  if (!objects || !std::all_of(objects->begin() + (counted ? 1 : 0), objects->end(), is_name)) {
    notes.add("names-form");
    return false;
  }
  const auto found = objects->size() - (counted ? 1 : 0);
  if (!counted || objects->front().value[0] != found) notes.add("name-count");
  for (const auto& object : *objects) {
    if (is_name(object)) CICADA_CHECK(add_name(object.value, names, notes));
  }
  return true;
}

base::Result<base::Bytes> write_names(asn1::Tag name, const std::vector<std::string>& names) {
  if (names.size() > kMaxDetailNames) {
    return fail({.fault = Fault::bad_input, .what = "too many names for a detail group", .at = names.size()});
  }
  const auto count = static_cast<std::uint8_t>(names.size());
  base::Bytes content;
  asn1::append_tlv(content, kDetailCount, {&count, 1});
  for (const auto& one : names) asn1::append_tlv(content, name, base::as_bytes(one));
  return content;
}

void compare_tag_list(const std::vector<std::uint32_t>& listed, const std::vector<std::uint32_t>& present,
                      asn1::Tag names, const DetailNotes& notes) {
  const auto same = [names](std::uint32_t tag) { return tag == kDetailNames ? names : tag; };
  const auto all_in = [same](const auto& some, const auto& all) {
    return std::ranges::all_of(some, [&](auto tag) { return std::ranges::find(all, same(tag), same) != all.end(); });
  };
  if (!all_in(listed, present)) notes.add("listed-missing");
  if (!all_in(present, listed)) notes.add("unlisted");
}

}  // namespace cicada::host::lds
