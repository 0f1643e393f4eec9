#include "pcsc_connection.h"

#include <algorithm>
#include <thread>

#include "cicada/base/secret.h"
#include "pcsc_error.h"
#include "t0.h"

namespace cicada::host::transport {

using base::Bytes;
using base::ByteView;
using base::Fault;
using base::Result;

namespace {

/// Data of 65,536 octets and a status word.
constexpr std::size_t kLargestResponse = 65538;
/// pcscd serves 16 readers; more names than this are a broken answer.
constexpr std::size_t kMaxReaders = 64;
/// Where pcscd counts a reader's events in the state that it gives.
constexpr unsigned kChangesShift = 16;
constexpr std::size_t kMaxAtr = MAX_ATR_SIZE;
constexpr std::chrono::milliseconds kLookAgain{50};

Result<void> check(LONG code) {
  if (code == SCARD_S_SUCCESS) return {};
  return base::fail(pcsc_error(code));
}

}  // namespace

Result<void> PcscConnection::establish() {
  if (context_) return {};
  SCARDCONTEXT context = 0;
  CICADA_CHECK(check(SCardEstablishContext(SCARD_SCOPE_SYSTEM, nullptr, nullptr, &context)));
  context_ = context;
  return {};
}

Result<std::vector<std::string>> PcscConnection::names() {
  CICADA_CHECK(establish());
  DWORD size = 0;
  const auto asked = SCardListReaders(*context_, nullptr, nullptr, &size);
  if (asked == SCARD_E_NO_READERS_AVAILABLE) return std::vector<std::string>{};
  CICADA_CHECK(check(asked));
  std::string joined(size, '\0');
  const auto listed = SCardListReaders(*context_, nullptr, joined.data(), &size);
  if (listed == SCARD_E_NO_READERS_AVAILABLE) return std::vector<std::string>{};  // unplugged in between
  CICADA_CHECK(check(listed));
  joined.resize(size);
  std::vector<std::string> found;
  for (std::size_t at = 0; at < joined.size() && joined[at] != '\0' && found.size() < kMaxReaders;) {
    const auto end = std::min(joined.find('\0', at), joined.size());
    found.push_back(joined.substr(at, end - at));
    at = end + 1;
  }
  return found;
}

Result<std::vector<Reader>> PcscConnection::readers() {
  CICADA_TRY(const auto found, names());
  std::vector<Reader> readers;
  if (found.empty()) return readers;
  std::vector<SCARD_READERSTATE> states(found.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    states[i].szReader = found[i].c_str();
    states[i].dwCurrentState = SCARD_STATE_UNAWARE;
  }
  CICADA_CHECK(check(SCardGetStatusChange(*context_, 0, states.data(), static_cast<DWORD>(states.size()))));
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto& state = states[i];
    const bool present = (state.dwEventState & SCARD_STATE_PRESENT) != 0;
    const auto atr = ByteView{state.rgbAtr}.first(std::min<std::size_t>(present ? state.cbAtr : 0, kMaxAtr));
    readers.push_back({.name = found[i],
                       .card_present = present,
                       .atr = base::to_bytes(atr),
                       .changes = static_cast<std::uint16_t>(state.dwEventState >> kChangesShift)});
  }
  return readers;
}

Result<std::string> PcscConnection::find(const std::string& name) {
  CICADA_TRY(const auto all, names());
  if (all.empty()) return base::fail(pcsc_error(SCARD_E_NO_READERS_AVAILABLE));
  if (std::ranges::find(all, name) != all.end()) return name;
  std::vector<std::string> alike;
  std::ranges::copy_if(all, std::back_inserter(alike),
                       [&](const std::string& one) { return one.find(name) != std::string::npos; });
  if (alike.size() == 1) return alike.front();
  if (alike.empty()) return base::fail(pcsc_error(SCARD_E_UNKNOWN_READER));
  return base::fail({.fault = Fault::bad_input,
                     .what = "several readers have that in their name",
                     .hint = "give the whole name; `cicada readers` lists them"});
}

Result<void> PcscConnection::wait_for_card(const std::string& name, Moment until) const {
  SCARD_READERSTATE state{};
  state.szReader = name.c_str();
  state.dwCurrentState = SCARD_STATE_UNAWARE;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    const auto slice = static_cast<DWORD>(std::max<std::int64_t>(left.count(), 0));
    const auto code = SCardGetStatusChange(*context_, slice, &state, 1);
    if (code != SCARD_E_TIMEOUT) CICADA_CHECK(check(code));
    if ((state.dwEventState & SCARD_STATE_PRESENT) != 0) return {};
    if (left.count() <= 0) return base::fail(pcsc_error(SCARD_E_NO_SMARTCARD));
    state.dwCurrentState = state.dwEventState;
  }
}

Result<void> PcscConnection::connect(bool exclusive) {
  SCARDHANDLE card = 0;
  CICADA_CHECK(check(SCardConnect(*context_, reader_.c_str(), exclusive ? SCARD_SHARE_EXCLUSIVE : SCARD_SHARE_SHARED,
                                  SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &card, &protocol_)));
  card_ = card;
  gone_ = false;
  CICADA_CHECK(check(SCardBeginTransaction(card)));
  atr_.resize(kMaxAtr);
  auto atr_size = static_cast<DWORD>(atr_.size());
  DWORD name_size = 0;
  CICADA_CHECK(check(SCardStatus(card, nullptr, &name_size, nullptr, nullptr, atr_.data(), &atr_size)));
  atr_.resize(atr_size);
  return {};
}

Result<void> PcscConnection::open(const std::string& name, const PcscOptions& options) {
  CICADA_TRY(reader_, find(name));
  buffer_.resize(kLargestResponse);
  const auto until = std::chrono::steady_clock::now() + options.wait_for_card;
  for (;;) {
    CICADA_CHECK(wait_for_card(reader_, until));
    auto connected = connect(options.exclusive);
    if (connected) return {};
    disconnect();
    // The service may still show the card that has just left; the one that is waited for comes after it.
    const auto fault = connected.error().fault;
    const bool no_card = fault == Fault::not_found || fault == Fault::card_removed;
    if (!no_card || std::chrono::steady_clock::now() >= until) return connected;
    std::this_thread::sleep_for(kLookAgain);
  }
}

Result<Bytes> PcscConnection::transmit_tpdu(ByteView command) {
  auto size = static_cast<DWORD>(buffer_.size());
  const auto* const protocol = protocol_ == SCARD_PROTOCOL_T0 ? SCARD_PCI_T0 : SCARD_PCI_T1;
  CICADA_CHECK(check(SCardTransmit(*card_, protocol, command.data(), static_cast<DWORD>(command.size()), nullptr,
                                   buffer_.data(), &size)));
  const auto received = base::MutableByteView{buffer_}.first(std::min<std::size_t>(size, buffer_.size()));
  auto response = base::to_bytes(received);
  base::wipe(received);
  // A card that dies in mid-command is a success of no octets to PC/SC.
  if (response.empty()) return base::fail(pcsc_error(SCARD_E_NOT_TRANSACTED));
  if (response.size() < 2) {
    return base::fail({.fault = Fault::transport, .what = "the card's response has no status word"});
  }
  return response;
}

Result<Bytes> PcscConnection::transmit(ByteView command) {
  if (!card_) return base::fail(pcsc_error(SCARD_W_REMOVED_CARD));
  auto response = protocol_ == SCARD_PROTOCOL_T0
                      ? transceive_t0(command, [this](ByteView tpdu) { return transmit_tpdu(tpdu); })
                      : transmit_tpdu(command);
  if (!response && response.error().fault == Fault::card_removed) gone_ = true;
  return response;
}

void PcscConnection::disconnect() noexcept {
  // What fails here is gone already.
  if (card_) {
    (void)SCardEndTransaction(*card_, SCARD_LEAVE_CARD);
    // Resetting a card that has left makes pcscd think the reader empty before it has looked.
    (void)SCardDisconnect(*card_, gone_ ? SCARD_LEAVE_CARD : SCARD_RESET_CARD);
  }
  card_.reset();
}

void PcscConnection::close() noexcept {
  disconnect();
  if (context_) (void)SCardReleaseContext(*context_);
  context_.reset();
}

}  // namespace cicada::host::transport
