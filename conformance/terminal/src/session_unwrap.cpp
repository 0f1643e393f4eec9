// Answers: whatever came, put into words.
#include <fmt/format.h>

#include <algorithm>

#include "cicada/conformance/terminal/session.h"
#include "objects.h"
#include "sm_crypto.h"

namespace cicada::conformance::terminal {

using base::Bytes;
using base::ByteView;

namespace {

bool is_cryptogram(const SeenObject& object) noexcept {
  return object.tag == kCryptogramEvenIns || object.tag == kCryptogramOddIns;
}

bool belongs_to_an_answer(const SeenObject& object) noexcept {
  return is_cryptogram(object) || object.tag == kStatusWord || object.tag == kChecksum;
}

/// A plain answer may begin with any octets; secured is one that has a status or a MAC in its right size, or nothing
/// but objects of secure messaging.
bool looks_secured(const Seen& seen) noexcept {
  const bool typical = std::ranges::any_of(seen.objects, [](const SeenObject& object) {
    return (object.tag == kChecksum && object.value.size() == kChecksumSize) ||
           (object.tag == kStatusWord && object.value.size() == 2);
  });
  return typical || (!seen.objects.empty() && seen.whole && std::ranges::all_of(seen.objects, belongs_to_an_answer));
}

/// The answer to one command, being looked at.
struct Look {
  const SmCrypto& crypto;
  ByteView ssc;
  ByteView data;
  const Seen& seen;
  std::uint8_t cryptogram_tag;
  Observation& found;

  void complain(std::string_view text) const {
    if (!found.wrong.empty()) found.wrong += "; ";
    found.wrong += text;
  }
  [[nodiscard]] const SeenObject* first(std::uint8_t tag) const {
    const auto object = std::ranges::find(seen.objects, tag, &SeenObject::tag);
    return object == seen.objects.end() ? nullptr : &*object;
  }
  void at_form() const;
  void at_status() const;
  void at_checksum() const;
  void at_cryptogram() const;
  void at_padding(Bytes blocks) const;
};

/// [85|87] 99 8E, each once, nothing else (9303-11 §9.8.4).
void Look::at_form() const {
  if (!seen.whole) complain("octets that are no data object");
  int last_rank = -1;
  for (const auto& object : seen.objects) {
    const auto twice = std::ranges::count(seen.objects, object.tag, &SeenObject::tag) > 1;
    const int rank = is_cryptogram(object) ? 0 : object.tag == kStatusWord ? 1 : object.tag == kChecksum ? 2 : -1;
    if (rank < 0) {
      complain(fmt::format("unknown DO'{:02X}'", object.tag));
    } else if (twice) {
      if (first(object.tag) == &object) complain(fmt::format("DO'{:02X}' more than once", object.tag));
    } else if (rank < last_rank) {
      complain(fmt::format("DO'{:02X}' out of order", object.tag));
    } else if (rank == 0 && object.tag != cryptogram_tag) {
      complain(fmt::format("DO'{:02X}' where DO'{:02X}' belongs", object.tag, cryptogram_tag));
    }
    last_rank = std::max(last_rank, rank);
  }
}

void Look::at_status() const {
  const auto* const object = first(kStatusWord);
  if (object == nullptr) return complain("DO'99' is missing");
  if (object->value.size() != 2) return complain("DO'99' has not two octets");
  found.inner = static_cast<std::uint16_t>((object->value[0] << 8U) | object->value[1]);
  if (*found.inner != found.sw) {
    complain(fmt::format("DO'99' says {:04X}, the answer's end {:04X}", *found.inner, found.sw));
  }
}

void Look::at_checksum() const {
  const auto* const object = first(kChecksum);
  if (object == nullptr) return complain("DO'8E' is missing");
  if (object->value.size() != kChecksumSize) return complain("DO'8E' has not eight octets");
  const auto expected = crypto.checksum(ssc, {}, data.first(object->start));
  if (!expected || !base::equal(*expected, object->value)) complain("the MAC is wrong");
}

void Look::at_cryptogram() const {
  const auto object = std::ranges::find_if(seen.objects, is_cryptogram);
  if (object == seen.objects.end()) return;
  auto value = object->value;
  if (object->tag == kCryptogramEvenIns) {
    if (value.empty()) return complain("DO'87' is empty");
    if (value[0] != kPaddingMethod2) complain(fmt::format("padding indicator {:02X}", value[0]));
    value = value.subspan(1);
  }
  if (value.empty() || value.size() % ssc.size() != 0) return complain("the cryptogram has no whole number of blocks");
  auto blocks = crypto.decrypt(ssc, value);
  if (!blocks) return complain("the cryptogram cannot be decrypted");
  at_padding(*std::move(blocks));
}

/// 80, then zeros, within the last block.
void Look::at_padding(Bytes blocks) const {
  const auto mark = std::ranges::find_if(blocks.rbegin(), blocks.rend(), [](std::uint8_t octet) { return octet != 0; });
  const auto size = static_cast<std::size_t>(blocks.rend() - mark);  // the mark included
  if (mark == blocks.rend() || *mark != 0x80 || size + ssc.size() <= blocks.size()) {
    complain("the padding is not 80 00..00");
  } else {
    blocks.resize(size - 1);
  }
  found.data = std::move(blocks);
}

}  // namespace

Observation Session::unwrap(ByteView response, bool odd_ins) {
  Observation found;
  if (response.size() < 2) {
    found.wrong = "fewer than two octets";
    return found;
  }
  const auto data = response.first(response.size() - 2);
  found.sw = static_cast<std::uint16_t>((response[data.size()] << 8U) | response[data.size() + 1]);
  const auto seen = take_apart(data);
  found.secured = looks_secured(seen);
  if (!found.secured) {
    found.data = base::to_bytes(data);
    return found;
  }
  for (const auto& object : seen.objects) found.objects.push_back(object.tag);
  increment(ssc_);
  const auto crypto = SmCrypto::create(kind_, enc_.expose(), mac_.expose());
  if (!crypto) {
    found.wrong = "the session has no usable keys";
    return found;
  }
  const Look look{.crypto = *crypto,
                  .ssc = ssc_,
                  .data = data,
                  .seen = seen,
                  .cryptogram_tag = odd_ins ? kCryptogramOddIns : kCryptogramEvenIns,
                  .found = found};
  look.at_form();
  look.at_status();
  look.at_checksum();
  look.at_cryptogram();
  return found;
}

}  // namespace cicada::conformance::terminal
