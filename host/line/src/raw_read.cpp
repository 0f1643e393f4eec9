#include "raw_read.h"

#include <algorithm>
#include <utility>

#include "cicada/asn1/security_infos.h"
#include "cicada/host/access/pace.h"
#include "cicada/host/access/pace_password.h"
#include "cicada/host/access/pace_protocol.h"
#include "cicada/host/lds/ef.h"

namespace cicada::host::line {

using base::Bytes;
using base::Result;
using iso7816::CommandApdu;
using iso7816::ResponseApdu;

namespace {

constexpr std::uint8_t kInsSelect = 0xA4;
constexpr std::uint8_t kInsReadBinary = 0xB0;
/// Fits a short response inside secure messaging with room to spare.
constexpr std::size_t kBlock = 0xC0;

/// Trouble with the wire ends the reading; what the card does not want to say is an answer.
bool is_wire(const base::Error& error) noexcept {
  return error.fault == base::Fault::transport || error.fault == base::Fault::card_removed;
}

}  // namespace

Result<ResponseApdu> RawReader::transmit(const CommandApdu& command) {
  return session_ ? session_->transmit(command) : channel_.transmit(command);
}

Result<bool> RawReader::select(const ExpectedFile& file) {
  const auto aid = lds::lds1_aid();
  const CommandApdu directory =
      file.in_master_file ? CommandApdu{.ins = kInsSelect, .p1 = 0x00, .p2 = 0x0C}
                          : CommandApdu{.ins = kInsSelect, .p1 = 0x04, .p2 = 0x0C, .data = {aid.begin(), aid.end()}};
  CICADA_TRY(const auto entered, transmit(directory));
  if (!entered.ok()) return false;
  Bytes fid;
  fid.push_back(static_cast<std::uint8_t>(file.fid >> 8U));
  fid.push_back(static_cast<std::uint8_t>(file.fid & 0xFFU));
  CICADA_TRY(const auto selected, transmit({.ins = kInsSelect, .p1 = 0x02, .p2 = 0x0C, .data = std::move(fid)}));
  return selected.ok();
}

bool RawReader::open() {
  const auto card_access = files_.find(lds::Ef::card_access);
  if (session_ || card_access == files_.end()) return session_.has_value();
  const auto infos = asn1::parse_security_infos(card_access->second);
  const auto password = access::PacePassword::from_mrz_information(job_.mrz_information);
  if (!infos || !password) return false;
  const auto offers = access::usable_offers(*infos);
  const auto* offer = access::strongest(offers);
  if (offer == nullptr) return false;
  // PACE is run in the master file; a plain command also ends whatever session there was.
  if (!channel_.transmit({.ins = kInsSelect, .p1 = 0x00, .p2 = 0x0C})) return false;
  auto opened = access::run_pace(access::PlainSession{channel_}, *offer, *password, rng_, {});
  if (opened) session_.emplace(std::move(opened->session));
  return opened.has_value();
}

Result<std::optional<Bytes>> RawReader::read(const ExpectedFile& file) {
  if (file.content.empty() || file.content.size() > kMaxRawFile) return std::nullopt;
  if (!file.open && !open()) return std::nullopt;
  const auto selected = select(file);
  if (!selected && is_wire(selected.error())) return std::unexpected(selected.error());
  if (!selected || !*selected) return std::nullopt;
  Bytes content;
  while (content.size() < file.content.size()) {
    const auto offset = content.size();
    const auto rest = std::min(kBlock, file.content.size() - offset);
    const auto answer = transmit({.ins = kInsReadBinary,
                                  .p1 = static_cast<std::uint8_t>(offset >> 8U),
                                  .p2 = static_cast<std::uint8_t>(offset & 0xFFU),
                                  .ne = static_cast<std::uint32_t>(rest)});
    if (!answer && is_wire(answer.error())) return std::unexpected(answer.error());
    if (!answer || !answer->ok() || answer->data.empty() || answer->data.size() > rest) return std::nullopt;
    base::append(content, answer->data);
  }
  return content;
}

}  // namespace cicada::host::line
