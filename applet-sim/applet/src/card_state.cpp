#include "cicada/applet_sim/applet/card_state.h"

#include <algorithm>

#include "cicada/applet_sim/tlv/tlv.h"

namespace cicada::applet_sim::applet {
namespace {

constexpr tlv::Tag kReference = 0x42;
/// PIN and PUK have no more tries; 63CX tells them in four bits.
constexpr std::uint8_t kMaxTries = 15;

/// 0 to 3; nothing for a number that is no identifier.
std::optional<std::size_t> index_of(PasswordId id) {
  const auto number = static_cast<std::size_t>(id);
  if (number == 0 || number > kPasswords) return std::nullopt;
  return number - 1;
}

bool is_digits(const protocol::ta::Date& date) {
  return std::ranges::all_of(date, [](std::uint8_t digit) { return digit <= 9; });
}

/// One overload for each change.
class Applier {
 public:
  explicit Applier(CardState& card) noexcept : card_(card) {}

  base::Result<void> operator()(const Initialize& change) {
    card_.serial = change.serial;
    return {};
  }
  base::Result<void> operator()(const SetTransportKeys& change) {
    card_.transport_keys = change.keys.clone();
    return {};
  }
  base::Result<void> operator()(const SetSequenceCounter& change) {
    if (change.value < card_.sequence_counter) return out_of_order();
    card_.sequence_counter = change.value;
    return {};
  }
  base::Result<void> operator()(const CreateFile& change) {
    CICADA_CHECK(card_.files.create(change.spec));
    return {};
  }
  base::Result<void> operator()(const WriteBinary& change) {
    return card_.files.write(change.file, change.offset, change.data);
  }
  base::Result<void> operator()(const SetAccessKeys& change) {
    card_.access_keys = change.keys.clone();
    return {};
  }
  base::Result<void> operator()(const SetLifeCycle& change) {
    if (change.to < card_.life_cycle) return out_of_order();
    card_.life_cycle = change.to;
    return {};
  }
  base::Result<void> operator()(const SetPacePassword& change) {
    const auto& password = change.password;
    const auto index = index_of(password.id);
    if (!index || password.k.empty() || password.max_tries > kMaxTries || password.tries > password.max_tries) {
      return unfit("not a password");
    }
    card_.passwords.at(*index) = password.clone();
    return {};
  }
  base::Result<void> operator()(const SetTries& change) {
    const auto index = index_of(change.id);
    if (!index || !card_.passwords.at(*index)) return unfit("no such password");
    auto& password = *card_.passwords.at(*index);
    if (change.tries > password.max_tries) return unfit("more tries than the password has");
    password.tries = change.tries;
    return {};
  }
  base::Result<void> operator()(const AddPaceProtocol& change) {
    auto& protocols = card_.pace_protocols;
    if (change.protocol.oid.size() != kPaceOidSize) return unfit("not a PACE protocol");
    if (protocols.size() >= kMaxPaceProtocols) return unfit("no room for another PACE protocol");
    if (std::ranges::find(protocols, change.protocol) != protocols.end()) return unfit("a PACE protocol twice");
    protocols.push_back(change.protocol);
    return {};
  }
  base::Result<void> operator()(const SetActiveKey& change) {
    card_.active_key = change.key.clone();
    return {};
  }
  base::Result<void> operator()(const SetChipKey& change) {
    if (change.key.protocols.size() > kMaxChipProtocols) return unfit("too many protocols of a key");
    auto& keys = card_.chip_keys;
    const auto same = std::ranges::find(keys, change.key.id, &ChipKey::id);
    if (same != keys.end()) {
      *same = change.key.clone();
      return {};
    }
    if (keys.size() >= kMaxChipKeys) return unfit("no room for another key");
    keys.push_back(change.key.clone());
    return {};
  }
  base::Result<void> operator()(const SetTrustPoints& change) {
    if (change.points.size() > protocol::ta::kMaxTrustPoints) return unfit("too many trust points");
    for (const auto& point : change.points) {
      const bool named = !point.holder.empty() && point.holder.size() <= protocol::ta::kMaxReferenceSize;
      if (!named || !is_digits(point.effective) || !is_digits(point.expiration)) return unfit("not a trust point");
    }
    card_.trust_points = change.points;
    return {};
  }
  base::Result<void> operator()(const SetCurrentDate& change) {
    if (!is_digits(change.date)) return unfit("not a date");
    if (change.date < card_.current_date) return out_of_order();
    card_.current_date = change.date;
    return {};
  }
  base::Result<void> operator()(const SetCvcaFile& change) {
    const auto* file = card_.files.ef(change.file);
    if (file == nullptr || file->content.size() != kCvcaFileSize) return unfit("EF.CVCA has 36 octets");
    card_.cvca_file = change.file;
    return {};
  }
  base::Result<void> operator()(const SetDocumentNumber& change) {
    card_.document_number = change.number;
    return {};
  }
  base::Result<void> operator()(const Erase& /*change*/) {
    // Whoever manages a card may delete its application until the card is locked.
    const auto last = card_.manager ? LifeCycle::personalized : LifeCycle::blank;
    if (card_.life_cycle > last) return out_of_order();
    CardState delivered{.serial = card_.serial, .sequence_counter = card_.sequence_counter, .lapses = card_.lapses};
    delivered.transport_keys = std::move(card_.transport_keys);
    delivered.manager = std::move(card_.manager);
    card_ = std::move(delivered);
    return {};
  }
  base::Result<void> operator()(const RemakeFile& change) {
    CICADA_CHECK(card_.files.remake(change.file, change.spec));
    const auto* file = card_.files.ef(change.file);
    if (card_.cvca_file == change.file && file->content.size() != kCvcaFileSize) {
      // Without the file that names them there are no trust points either: both come again, or neither.
      card_.cvca_file.reset();
      card_.trust_points.clear();
    }
    return {};
  }
  base::Result<void> operator()(const SetManager& change) {
    card_.manager = change.state.clone();
    return {};
  }
  base::Result<void> operator()(const SetKeyCounter& change) {
    if (!card_.manager) return unfit("no card manager");
    const auto set = std::ranges::find(card_.manager->keys, change.key_version, &manager::KeySet::version);
    if (set == card_.manager->keys.end()) return unfit("no such key version");
    if (change.value < set->counter) return out_of_order();
    set->counter = change.value;
    return {};
  }
  base::Result<void> operator()(const SetRsaHalf& change) {
    (change.exponent ? card_.rsa_exponent : card_.rsa_modulus) = change.octets.clone();
    return {};
  }

 private:
  static std::unexpected<base::Error> out_of_order() {
    return base::fail({.fault = base::Fault::conflict, .what = "counters, dates and the life cycle only go forward"});
  }
  static std::unexpected<base::Error> unfit(base::Literal what) {
    return base::fail({.fault = base::Fault::conflict, .what = what});
  }

  CardState& card_;
};

}  // namespace

base::Result<void> CardState::apply(const Change& change) {
  return std::visit(Applier{*this}, change);
}

bool CardState::has_access_control() const noexcept {
  const bool pace = !pace_protocols.empty() &&
                    std::ranges::any_of(passwords, [](const auto& password) { return password.has_value(); });
  return access_keys || pace;
}

const PacePassword* CardState::password(PasswordId id) const noexcept {
  const auto index = index_of(id);
  if (!index || !passwords.at(*index)) return nullptr;
  return &*passwords.at(*index);
}

const ChipKey* CardState::chip_key(std::optional<std::uint8_t> id) const noexcept {
  if (!id) return chip_keys.size() == 1 ? &chip_keys.front() : nullptr;
  const auto found = std::ranges::find(chip_keys, id, &ChipKey::id);
  return found == chip_keys.end() ? nullptr : &*found;
}

base::Bytes cvca_content(const std::vector<protocol::ta::TrustPoint>& points) {
  base::Bytes names;
  names.reserve(kCvcaFileSize);
  for (const auto& point : points) tlv::append(names, kReference, point.holder);
  names.resize(kCvcaFileSize);
  return names;
}

std::vector<Change> trust_changes(const CardState& card, std::vector<protocol::ta::TrustPoint> points,
                                  const protocol::ta::Date& date) {
  std::vector<Change> changes;
  if (card.cvca_file && !card.lapses.has(security::Lapse::unwritten_link)) {
    changes.emplace_back(WriteBinary{.file = *card.cvca_file, .offset = 0, .data = cvca_content(points)});
  }
  if (date != card.current_date) changes.emplace_back(SetCurrentDate{date});
  changes.emplace_back(SetTrustPoints{std::move(points)});
  return changes;
}

}  // namespace cicada::applet_sim::applet
