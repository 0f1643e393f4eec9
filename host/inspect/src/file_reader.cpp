#include "file_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cicada/asn1/tlv.h"
#include "cicada/base/cursor.h"
#include "cicada/host/iso7816/sw.h"

namespace cicada::host::inspect {

using base::Bytes;
using base::ByteView;
using base::Fault;
using base::Result;
using iso7816::CommandApdu;
using iso7816::ResponseApdu;
namespace sw = iso7816::sw;

namespace {

constexpr std::uint8_t kInsSelect = 0xA4;
constexpr std::uint8_t kInsReadBinary = 0xB0;
constexpr std::uint8_t kInsReadBinaryOdd = 0xB1;
/// P1 P2 of an even READ BINARY hold 15 bits of offset.
constexpr std::size_t kLargestEvenOffset = 0x7FFF;
constexpr std::uint8_t kOffsetObject = 0x54;
constexpr std::uint8_t kDataObject = 0x53;

/// Octets came: all of them, or with the remark that the file ends here.
bool brought_octets(const ResponseApdu& response) {
  return (response.ok() || response.sw == sw::k6282EndOfFile) && !response.data.empty();
}

/// The card may be content with a smaller Le.
bool dislikes_length(const ResponseApdu& response) {
  return response.sw == sw::k6700WrongLength || response.sw == sw::k6B00WrongOffset ||
         (response.sw == sw::k6282EndOfFile && response.data.empty()) ||
         iso7816::classify(response.sw) == iso7816::SwClass::wrong_le;
}

/// A chip that knows no short file identifiers may answer like this.
bool may_mean_no_sfi(std::uint16_t status) {
  return status == sw::k6A82FileNotFound || status == sw::k6A86WrongP1P2 || status == sw::k6A81FunctionNotSupported ||
         status == sw::k6B00WrongOffset || status == sw::k6700WrongLength || status == sw::k6986NoCurrentEf;
}

/// What a card says behind the last octet of a file.
bool ends_the_file(std::uint16_t status) {
  return status == sw::k9000Success || status == sw::k6282EndOfFile || status == sw::k6B00WrongOffset;
}

Refusal refusal_of(const ResponseApdu& response) {
  if (response.ok() || response.sw == sw::k6282EndOfFile) {
    return {.sw = response.sw, .reason = "the card gives no octets"};
  }
  switch (response.sw) {
    case sw::k6982SecurityStatusNotSatisfied: return {.sw = response.sw, .reason = "the card does not allow it"};
    case sw::k6A82FileNotFound: return {.sw = response.sw, .reason = "the card has no such file"};
    default: return {.sw = response.sw, .reason = "the card refuses to read it"};
  }
}

/// Octets of tag and length of a DO'53' with `size` octets.
std::size_t wrapping_of(std::size_t size) {
  return asn1::header_size(kDataObject, size);
}

}  // namespace

void ChipHabits::note(std::string text) {
  if (std::ranges::find(notes, text) == notes.end()) notes.push_back(std::move(text));
}

Result<ResponseApdu> FileReader::read_first(const lds::EfInfo& file, std::size_t size) {
  const bool by_sfi = habits_.sfi != ChipHabits::Sfi::unsupported;
  return transmit_({.ins = kInsReadBinary,
                    .p1 = static_cast<std::uint8_t>(by_sfi ? 0x80U | file.sfi : 0),
                    .ne = static_cast<std::uint32_t>(size),
                    .extended = habits_.block.extended(size)});
}

Result<ResponseApdu> FileReader::read_at(std::size_t offset, std::size_t size) {
  if (offset <= kLargestEvenOffset) {
    return transmit_({.ins = kInsReadBinary,
                      .p1 = static_cast<std::uint8_t>(offset >> 8U),
                      .p2 = static_cast<std::uint8_t>(offset),
                      .ne = static_cast<std::uint32_t>(size),
                      .extended = habits_.block.extended(size)});
  }
  // The offset travels as DO'54', the octets come back in DO'53', and Le counts its tag and length too
  // (ISO/IEC 7816-4 §11.2.3).
  Bytes where;
  base::append_unsigned(where, offset, offset > 0xFFFF ? 3 : 2);
  const auto le = size + wrapping_of(size);
  CICADA_TRY(auto response, transmit_({.ins = kInsReadBinaryOdd,
                                       .data = asn1::encode_tlv(kOffsetObject, where),
                                       .ne = static_cast<std::uint32_t>(le),
                                       .extended = habits_.block.extended(le)}));
  if (!brought_octets(response)) return response;
  const auto object = asn1::read_only(response.data, kDataObject);
  response.data = object ? base::to_bytes(object->value) : Bytes{};
  return response;
}

/// With the largest size first, then with the size that the card names, then just enough for tag and length.
Result<ResponseApdu> FileReader::read_first_sized(const lds::EfInfo& file) {
  const auto size = habits_.block.first();
  CICADA_TRY(auto response, read_first(file, size));
  if (!dislikes_length(response) || size <= BlockSize::kProbe) return response;
  if (iso7816::classify(response.sw) == iso7816::SwClass::wrong_le && response.sw2() != 0 && response.sw2() < size) {
    CICADA_TRY(response, read_first(file, response.sw2()));
    if (!dislikes_length(response)) return response;
  }
  CICADA_TRY(response, read_first(file, BlockSize::kProbe));
  if (brought_octets(response)) {
    habits_.block.probe_first();
    habits_.note("length-probed-first");
  }
  return response;
}

Result<FileReader::Answer> FileReader::first_block_this_way(const lds::EfInfo& file) {
  auto response = read_first_sized(file);
  if (!response) {
    // The next session, if there is one, looks before it reads.
    habits_.block.probe_first();
    return std::unexpected{response.error()};
  }
  if (!brought_octets(*response)) return refusal_of(*response);
  return std::move(response->data);
}

Result<FileReader::Answer> FileReader::select_and_read(const lds::EfInfo& file) {
  Bytes fid;
  base::append_unsigned(fid, file.fid, 2);
  CICADA_TRY(const auto selected, transmit_({.ins = kInsSelect, .p1 = 0x02, .p2 = 0x0C, .data = std::move(fid)}));
  if (!selected.ok()) return refusal_of(selected);
  return first_block_this_way(file);
}

Result<FileReader::Answer> FileReader::first_block(const lds::EfInfo& file) {
  using Sfi = ChipHabits::Sfi;
  if (habits_.sfi == Sfi::unsupported) return select_and_read(file);
  CICADA_TRY(auto answer, first_block_this_way(file));
  const auto* const refusal = std::get_if<Refusal>(&answer);
  if (refusal == nullptr) habits_.sfi = Sfi::works;
  if (refusal == nullptr || habits_.sfi == Sfi::works || !may_mean_no_sfi(refusal->sw)) return answer;
  habits_.sfi = Sfi::unsupported;
  CICADA_TRY(auto selected, select_and_read(file));
  if (std::holds_alternative<Refusal>(selected)) {
    habits_.sfi = Sfi::unknown;
  } else {
    habits_.note("sfi-not-supported");
  }
  return selected;
}

Result<FileReader::Answer> FileReader::next_block(std::size_t offset, std::size_t in_all, std::size_t& short_reads) {
  auto& block = habits_.block;
  bool shrunk = false;
  for (;;) {
    const auto room = offset <= kLargestEvenOffset ? block.next() : block.next() - wrapping_of(block.next());
    const auto size = std::min(room, in_all - offset);
    auto response = read_at(offset, size);
    if (!response) {
      // A chip that dies of a full block may live with a smaller one in the next session.
      if (size == room) {
        (void)block.shrink_below(room * 3 / 4);
      } else if (block.extended(size)) {
        (void)block.shrink_below(size);
      }
      return std::unexpected{response.error()};
    }
    if (brought_octets(*response)) {
      if (shrunk) block.stop_probing();
      if (response->data.size() > size) return Refusal{.sw = response->sw, .reason = "the card gives more than asked"};
      if (response->data.size() < size) {
        if (++short_reads > kMaxShortReads) {
          return Refusal{.sw = response->sw, .reason = "the card gives it in too small pieces"};
        }
        block.settle_at(response->data.size());
        habits_.note(fmt::format("le-{}", block.next()));
      }
      return std::move(response->data);
    }
    if (!dislikes_length(*response) || !block.shrink_below(size)) return refusal_of(*response);
    shrunk = true;
    habits_.note(fmt::format("le-{}", block.next()));
  }
}

Result<FileReader::Answer> FileReader::go_on(const lds::EfInfo& file, Bytes content, const OnOctets& on_octets) {
  const auto header = asn1::read_header(content);
  if (!header) {
    return Refusal{.sw = sw::k9000Success, .reason = "it does not begin with a tag and a length", .malformed = true};
  }
  if (file.tag != 0 && header->tag != file.tag) {
    return Refusal{.sw = sw::k9000Success, .reason = "it does not begin with its tag", .malformed = true};
  }
  const auto in_all = header->total_size();
  if (in_all > caps_.file_size) return Refusal{.sw = sw::k9000Success, .reason = "it is larger than any such file"};
  const auto before = habits_.block;
  if (content.size() < std::min(habits_.block.first(), in_all)) {
    habits_.block.settle_at(content.size());
    habits_.note(fmt::format("le-{}", habits_.block.next()));
  }
  content.reserve(in_all);
  std::size_t short_reads = 0;
  while (content.size() < in_all) {
    on_octets(content.size(), in_all);
    CICADA_TRY(const auto answer, next_block(content.size(), in_all, short_reads));
    if (const auto* refusal = std::get_if<Refusal>(&answer)) {
      habits_.block = before;  // a broken file teaches nothing about the others
      auto cut = *refusal;
      cut.malformed = ends_the_file(cut.sw);
      return cut;
    }
    base::append(content, std::get<Bytes>(answer));
  }
  content.resize(in_all);  // octets behind the object are the file's padding
  on_octets(in_all, in_all);
  return content;
}

Result<std::variant<Bytes, Refusal>> FileReader::read(const lds::EfInfo& file, const OnOctets& on_octets) {
  CICADA_TRY(auto answer, first_block(file));
  auto* const block = std::get_if<Bytes>(&answer);
  if (block == nullptr) return answer;
  return go_on(file, std::move(*block), on_octets);
}

}  // namespace cicada::host::inspect
