#include "cicada/applet_sim/kernel/card.h"

#include "cicada/applet_sim/applet/open_personalization.h"
#include "cicada/applet_sim/applet/record.h"
#include "cicada/base/secret.h"
#include "kernel.h"

namespace cicada::applet_sim::kernel {
namespace {

using applet::CardState;
using applet::Change;
using base::Result;

/// T=1, and in the historical bytes (ISO/IEC 7816-4 §12.1.1): category 00; card capabilities 73 with selection by DF
/// name, file identifier and short identifier (94), one-octet data units (01) and extended length (40); no life cycle
/// given, status 9000. As ISO/IEC 14443-4 cards look behind a PC/SC reader.
constexpr std::array<std::uint8_t, 13> kAtr = {0x3B, 0x88, 0x80, 0x01, 0x00, 0x73, 0x94,
                                               0x01, 0x40, 0x00, 0x90, 0x00, 0x3F};

constexpr std::uint8_t check_octet() {
  std::uint8_t sum = 0;
  for (std::size_t i = 1; i + 1 < kAtr.size(); ++i) sum = static_cast<std::uint8_t>(sum ^ kAtr.at(i));
  return sum;
}
static_assert(kAtr.back() == check_octet());

Result<void> create_file(CardState& card, fs::FileSpec spec, base::ByteView content) {
  const auto id = static_cast<fs::FileId>(card.files.count());
  CICADA_CHECK(card.apply(applet::CreateFile{.spec = std::move(spec)}));
  if (content.empty()) return {};
  return card.apply(applet::WriteBinary{.file = id, .offset = 0, .data = base::to_bytes(content)});
}

/// Everything that proves something, or lets someone prove it.
Result<void> add_chip(CardState& card, const CardContent& content, fs::DfId lds1) {
  for (const auto& password : content.passwords) {
    CICADA_CHECK(card.apply(applet::SetPacePassword{.password = password.clone()}));
  }
  for (const auto& protocol : content.pace_protocols) CICADA_CHECK(card.apply(applet::AddPaceProtocol{protocol}));
  if (content.active_key) card.active_key = content.active_key->clone();
  for (const auto& key : content.chip_keys) CICADA_CHECK(card.apply(applet::SetChipKey{.key = key.clone()}));
  if (content.cvca_file) {
    const auto file = card.files.find_ef(lds1, *content.cvca_file);
    if (!file) {
      return base::fail({.fault = base::Fault::bad_input, .what = "no such EF", .at = *content.cvca_file});
    }
    CICADA_CHECK(card.apply(applet::SetCvcaFile{*file}));
  }
  card.document_number = content.document_number;
  for (const auto& change : applet::trust_changes(card, content.trust_points, content.current_date)) {
    CICADA_CHECK(card.apply(change));
  }
  return {};
}

Result<CardState> state_of(const CardContent& content) {
  CardState card{.serial = content.serial};
  const auto lds1 = static_cast<fs::FileId>(card.files.count());
  CICADA_CHECK(create_file(card, {.fid = applet::kPassportFid, .aid = base::to_bytes(applet::lds1_aid())}, {}));
  for (const auto& file : content.files) {
    if (file.content.empty() || file.content.size() > fs::kMaxFileSize) {
      return base::fail({.fault = base::Fault::bad_input, .what = "an EF has 1 to 65,535 octets", .at = file.fid});
    }
    CICADA_CHECK(create_file(card,
                             {.parent = file.folder == Folder::lds1 ? fs::DfId{lds1} : fs::DfId{},
                              .fid = file.fid,
                              .aid = {},
                              .size = static_cast<std::uint16_t>(file.content.size()),
                              .sfi = file.sfi,
                              .security_condition = file.security_condition},
                             file.content));
  }
  if (content.access_keys) card.access_keys = content.access_keys->clone();
  if (content.transport_keys) card.transport_keys = content.transport_keys->clone();
  CICADA_CHECK(add_chip(card, content, lds1));
  card.life_cycle = content.transport_keys ? LifeCycle::personalized : LifeCycle::locked;
  return card;
}

Result<void> replay(CardState& card, base::ByteView record) {
  CICADA_TRY(const auto changes, applet::decode(record));
  for (const auto& change : changes) {
    if (!card.apply(change)) {
      return base::fail({.fault = base::Fault::malformed, .what = "the card file contradicts itself"});
    }
  }
  return {};
}

}  // namespace

struct Card::State {
  State(World world, nvm::Journal journal, CardState card) : kernel(world, std::move(journal), std::move(card)) {}
  Kernel kernel;
};

Card::Card(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}

Card::~Card() = default;

Result<std::unique_ptr<Card>> Card::create(World world, std::unique_ptr<nvm::Storage> storage, applet::CardState card) {
  auto snapshot = applet::encode_snapshot(card);
  const base::Wiper wiper{snapshot};
  CICADA_TRY(auto journal, nvm::Journal::create(std::move(storage), snapshot));
  return std::unique_ptr<Card>{new Card(std::make_unique<State>(world, std::move(journal), std::move(card)))};
}

Result<std::unique_ptr<Card>> Card::create_blank(World world, std::unique_ptr<nvm::Storage> storage,
                                                 const BlankCard& blank) {
  CardState card{.serial = blank.serial};
  if (!blank.manager) {
    card.transport_keys = blank.transport_keys.clone();
    return create(world, std::move(storage), std::move(card));
  }
  card.manager = blank.manager->clone();
  if (card.manager->passport_instance() != nullptr) CICADA_CHECK(card.apply(applet::make_passport()));
  return create(world, std::move(storage), std::move(card));
}

Result<std::unique_ptr<Card>> Card::create_personalized(World world, std::unique_ptr<nvm::Storage> storage,
                                                        const CardContent& content) {
  CICADA_TRY(auto card, state_of(content));
  return create(world, std::move(storage), std::move(card));
}

Result<std::unique_ptr<Card>> Card::open(World world, std::unique_ptr<nvm::Storage> storage) {
  CardState card;
  CICADA_TRY(auto journal,
             nvm::Journal::open(std::move(storage), [&card](base::ByteView record) { return replay(card, record); }));
  return std::unique_ptr<Card>{new Card(std::make_unique<State>(world, std::move(journal), std::move(card)))};
}

base::Result<void> Card::install(Hooks& hooks) {
  return state_->kernel.install(hooks);
}

base::Bytes Card::power_on() {
  state_->kernel.power_on();
  return base::to_bytes(atr());
}

base::Bytes Card::reset() {
  return power_on();
}

void Card::power_off() noexcept {
  state_->kernel.power_off();
}

base::Bytes Card::process(base::ByteView command) {
  return state_->kernel.process(command);
}

base::ByteView Card::atr() noexcept {
  return kAtr;
}

LifeCycle Card::life_cycle() const noexcept {
  const auto& card = state_->kernel.card();
  // What came through the card manager is closed with the application, and for good when the card is SECURED.
  const bool secured = card.manager && card.manager->life == manager::CardLife::secured;
  return secured && card.life_cycle == LifeCycle::personalized ? LifeCycle::locked : card.life_cycle;
}

const Serial& Card::serial() const noexcept {
  return state_->kernel.card().serial;
}

std::chrono::milliseconds Card::pending_delay() const noexcept {
  return state_->kernel.pending_delay();
}

}  // namespace cicada::applet_sim::kernel
