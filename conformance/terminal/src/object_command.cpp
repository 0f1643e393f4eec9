#include "cicada/conformance/terminal/object_command.h"

#include <algorithm>
#include <array>

#include "cicada/base/hex.h"

namespace cicada::conformance::terminal {

using base::Bytes;
using base::Fault;
using base::Result;
namespace iso7816 = host::iso7816;

namespace {

constexpr std::size_t kMaxWords = 3;

Bytes encode(const DataObject& object) {
  auto octets = asn1::encode_tlv(object.tag, object.value);
  // Objects with such a length are short: the length is the octet before the value.
  if (object.length) octets.at(octets.size() - object.value.size() - 1) = *object.length;
  return octets;
}

std::unexpected<base::Error> unknown_change() {
  return base::fail({.fault = Fault::bad_input, .what = "a change of a command that is not known"});
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// Up to three words; the ones that are not there are empty.
std::array<std::string_view, kMaxWords> words_of(std::string_view text) {
  std::array<std::string_view, kMaxWords> words;
  for (auto& word : words) {
    text = trimmed(text);
    const auto end = std::min(text.find(' '), text.size());
    word = text.substr(0, end);
    text.remove_prefix(end);
  }
  return words;
}

Result<asn1::Tag> tag_from(std::string_view word) {
  const auto octets = base::from_hex(word);
  if (!octets || octets->empty() || octets->size() > 2) return unknown_change();
  return octets->size() == 1 ? asn1::Tag{octets->front()} : asn1::Tag{(*octets)[0]} << 8U | (*octets)[1];
}

Result<Bytes> octets_from(std::string_view word) {
  auto octets = base::from_hex(word);
  if (!octets) return unknown_change();
  return *std::move(octets);
}

Result<std::uint8_t> octet_from(std::string_view word) {
  CICADA_TRY(const auto octets, octets_from(word));
  if (octets.size() != 1) return unknown_change();
  return octets.front();
}

/// Changes that are about one object which is there.
Result<void> bend_object(ObjectCommand& command, std::string_view verb, asn1::Tag tag, std::string_view argument) {
  auto* const object = command.find(tag);
  if (object == nullptr) {
    return base::fail({.fault = Fault::not_found, .what = "the command has not the object that a test changes"});
  }
  auto& value = object->value;
  if (verb == "drop") {
    command.objects.erase(command.objects.begin() + (object - command.objects.data()));
  } else if (verb == "empty") {
    value.clear();
  } else if (verb == "retag") {
    CICADA_TRY(object->tag, tag_from(argument));
  } else if (verb == "set") {
    CICADA_TRY(value, octets_from(argument));
  } else if (verb == "append") {
    CICADA_TRY(const auto more, octets_from(argument));
    base::append(value, more);
  } else if (verb == "nest") {
    CICADA_TRY(const auto inner, tag_from(argument));
    value = asn1::encode_tlv(inner, value);
  } else if (verb == "length") {
    CICADA_TRY(object->length, octet_from(argument));
  } else if (verb == "shorten" && !value.empty()) {
    value.pop_back();
  } else if (verb == "flip" && !value.empty()) {
    value.back() ^= 1U;
  } else {
    return unknown_change();
  }
  return {};
}

Result<void> bend_once(ObjectCommand& command, std::string_view change) {
  const auto [verb, first, second] = words_of(change);
  if (verb == "no-frame") {
    command.frame.reset();
    return {};
  }
  if (verb == "class") {
    CICADA_TRY(command.cla, octet_from(first));
    return {};
  }
  CICADA_TRY(const auto tag, tag_from(first));
  if (verb == "frame") {
    command.frame = tag;
    return {};
  }
  if (verb == "add") {
    CICADA_TRY(auto value, octets_from(second));
    command.objects.push_back({.tag = tag, .value = std::move(value)});
    return {};
  }
  return bend_object(command, verb, tag, second);
}

}  // namespace

iso7816::CommandApdu ObjectCommand::apdu() const {
  Bytes data;
  for (const auto& object : objects) base::append(data, encode(object));
  if (frame) data = asn1::encode_tlv(*frame, data);
  iso7816::CommandApdu made{.cla = cla, .ins = ins, .p1 = p1, .p2 = p2, .data = std::move(data)};
  if (answered) {
    const bool extended = made.data.size() > iso7816::kMaxShortNc;
    made.ne = static_cast<std::uint32_t>(extended ? iso7816::kMaxNe : iso7816::kMaxShortNe);
  }
  return made;
}

DataObject* ObjectCommand::find(asn1::Tag tag) noexcept {
  const auto found = std::ranges::find(objects, tag, &DataObject::tag);
  return found == objects.end() ? nullptr : &*found;
}

Result<void> bend(ObjectCommand& command, std::string_view changes) {
  while (!trimmed(changes).empty()) {
    const auto end = std::min(changes.find(';'), changes.size());
    CICADA_CHECK(bend_once(command, changes.substr(0, end)));
    changes.remove_prefix(std::min(end + 1, changes.size()));
  }
  return {};
}

}  // namespace cicada::conformance::terminal
