// EF.CardAccess: what PACE the chip offers, before anything is open (9303-11 §4.2 step 1, 9303-10 §3.11.3).
#include <algorithm>
#include <array>

#include "cicada/asn1/security_infos.h"
#include "cicada/asn1/tlv.h"
#include "cicada/host/access/pace_protocol.h"
#include "cicada/host/iso7816/sw.h"
#include "run.h"

namespace cicada::host::inspect {

using base::Bytes;
using base::ByteView;
using base::Fault;
using base::Result;
using iso7816::ResponseApdu;
namespace sw = iso7816::sw;

namespace {

/// Real ones have 20 to 300 octets.
constexpr std::size_t kMaxCardAccessSize = 4096;
constexpr std::size_t kMaxReads = 40;

/// EF.CardAccess of the cards of the series that began in 2021, in the field the same on every card: terminal
/// authentication 1, chip authentication ECDH AES-128, PACE ECDH-GM AES-128 on brainpoolP256r1.
constexpr std::array<std::uint8_t, 54> kCccdCardAccess = {
    0x31, 0x34, 0x30, 0x0D, 0x06, 0x08, 0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x02, 0x02, 0x01, 0x01, 0x30,
    0x0F, 0x06, 0x0A, 0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x03, 0x02, 0x02, 0x02, 0x01, 0x01, 0x30, 0x12,
    0x06, 0x0A, 0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x04, 0x02, 0x02, 0x02, 0x01, 0x02, 0x02, 0x01, 0x0D};

/// What was met on the way; it tells a CCCD from a card without PACE.
struct Search {
  std::uint16_t select_mf = 0;
  std::uint16_t read = 0;
};

bool brought_octets(const ResponseApdu& response) {
  return (response.ok() || response.sw == sw::k6282EndOfFile) && !response.data.empty();
}

Result<ResponseApdu> read_binary(Run& run, std::uint8_t p1, std::uint8_t p2, std::size_t size) {
  CICADA_CHECK(run.check_time());
  return run.plain.transmit(
      {.ins = 0xB0, .p1 = p1, .p2 = p2, .ne = static_cast<std::uint32_t>(std::min(size, iso7816::kMaxShortNe))});
}

/// The rest of the file that begins with `content`; nothing when it is no file of this kind.
Result<std::optional<Bytes>> read_rest(Run& run, Bytes content) {
  for (std::size_t reads = 0;; ++reads) {
    const auto header = asn1::read_header(content);
    if (!header || header->total_size() > kMaxCardAccessSize || reads > kMaxReads) return std::nullopt;
    if (content.size() >= header->total_size()) {
      content.resize(header->total_size());
      return content;
    }
    const auto at = content.size();
    CICADA_TRY(const auto response, read_binary(run, static_cast<std::uint8_t>(at >> 8U), static_cast<std::uint8_t>(at),
                                                header->total_size() - at));
    if (!brought_octets(response)) return std::nullopt;
    base::append(content, response.data);
  }
}

/// The file that READ BINARY with these parameters begins to read. Its status word goes into `search`.
Result<std::optional<Bytes>> read_file_at(Run& run, std::uint8_t p1, Search& search) {
  CICADA_TRY(auto response, read_binary(run, p1, 0, iso7816::kMaxShortNe));
  search.read = response.sw;
  if (!brought_octets(response)) return std::nullopt;
  return read_rest(run, std::move(response.data));
}

/// SELECT MF without data, as 9303-10 has it, then with the identifier, as some chips want it.
Result<void> select_master_file(Run& run, Search& search) {
  for (const auto& data : {Bytes{}, Bytes{0x3F, 0x00}}) {
    CICADA_CHECK(run.check_time());
    CICADA_TRY(const auto response, run.plain.transmit({.ins = 0xA4, .p2 = 0x0C, .data = data}));
    search.select_mf = response.sw;
    if (response.ok()) return {};
  }
  run.note("mf-not-selectable");
  return {};
}

/// SELECT in the order that the field taught: the master file, then EF.CardAccess below whatever is selected.
Result<std::optional<Bytes>> read_by_select(Run& run, Search& search) {
  CICADA_CHECK(select_master_file(run, search));
  CICADA_TRY(const auto selected, run.plain.transmit({.ins = 0xA4, .p1 = 0x02, .p2 = 0x0C, .data = Bytes{0x01, 0x1C}}));
  if (!selected.ok()) {
    search.read = selected.sw;
    return std::nullopt;
  }
  CICADA_TRY(auto file, read_file_at(run, 0x00, search));
  if (file) run.note("card-access-by-select");
  return file;
}

/// The built-in file stands in where a CCCD hides its own: as such cards do, and for credentials that such cards have.
bool may_be_cccd(const Run& run, const Search& search) {
  const auto& credentials = run.options.credentials;
  const bool has_can = std::ranges::any_of(credentials.pace, [](const access::PacePassword& password) {
    return password.kind() == access::PasswordKind::can;
  });
  return (credentials.is_cccd || has_can) &&
         (search.select_mf == sw::k6D00InstructionNotSupported || search.read == sw::k6982SecurityStatusNotSatisfied);
}

Result<void> take(Run& run, Bytes file, CardAccessSource source) {
  run.result.access.card_access = source;
  if (source == CardAccessSource::chip) {
    run.result.files[lds::Ef::card_access] = file;
    run.tell(FileRead{.ef = lds::Ef::card_access, .content = run.result.files[lds::Ef::card_access]});
  } else {
    run.note("card-access-built-in");
  }
  run.card_access = std::move(file);
  CICADA_TRY(const auto infos, asn1::parse_security_infos(*run.card_access));
  const auto offers = access::usable_offers(infos);
  if (const auto* best = access::strongest(offers)) {
    run.result.access.offer = *best;
    return {};
  }
  if (infos.all<asn1::PaceInfo>().empty()) return {};
  return base::fail({.fault = Fault::unsupported,
                     .what = "the chip offers PACE only in forms that this reader does not know",
                     .clause = "9303-11 §9.2.1"});
}

Result<void> search_by_select(Run& run, Search& search) {
  run.searched_card_access = true;
  CICADA_TRY(auto file, read_by_select(run, search));
  if (file) return take(run, *std::move(file), CardAccessSource::chip);
  if (may_be_cccd(run, search)) {
    return take(run, Bytes{kCccdCardAccess.begin(), kCccdCardAccess.end()}, CardAccessSource::built_in);
  }
  return {};
}

}  // namespace

Result<void> find_card_access(Run& run) {
  if (run.options.credentials.pace.empty()) return {};
  run.result.access.card_access = CardAccessSource::none;
  Search search;
  const auto sfi = static_cast<std::uint8_t>(0x80U | lds::info(lds::Ef::card_access).sfi);
  CICADA_TRY(auto file, read_file_at(run, sfi, search));
  if (file) return take(run, *std::move(file), CardAccessSource::chip);
  // "No such file" is what a chip without PACE says; it is taken at its word as long as BAC opens it.
  if (search.read == sw::k6A82FileNotFound && run.options.credentials.bac) return {};
  return search_by_select(run, search);
}

Result<void> search_card_access(Run& run) {
  if (run.options.credentials.pace.empty() || run.searched_card_access) return {};
  Search search;
  return search_by_select(run, search);
}

std::string_view to_string(CardAccessSource source) noexcept {
  switch (source) {
    case CardAccessSource::not_asked: return "not-asked";
    case CardAccessSource::none: return "none";
    case CardAccessSource::chip: return "chip";
    case CardAccessSource::built_in: return "built-in";
  }
  return "unknown";
}

}  // namespace cicada::host::inspect
