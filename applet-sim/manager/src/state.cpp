#include "cicada/applet_sim/manager/state.h"

#include <algorithm>

#include "cicada/applet_sim/protocol/scp02/channel.h"
#include "cicada/applet_sim/protocol/scp03/channel.h"

namespace cicada::applet_sim::manager {
namespace {

constexpr std::array<std::uint8_t, 7> kPassport = {0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01};
constexpr std::array<std::uint8_t, 9> kGroupings = {0xF0, 0x43, 0x49, 0x43, 0x41, 0x44, 0x41, 0x01, 0x01};
constexpr std::size_t kJmrtdFileSize = 6;
constexpr std::size_t kGroupingsFileSize = 8;
constexpr std::uint8_t kLastKeyVersion = 0x7F;

bool is_aes_key(std::size_t size) {
  return size == 16 || size == 24 || size == 32;
}

bool is_option(Protocol protocol, std::uint8_t option) {
  if (protocol == Protocol::scp03) return protocol::scp03::Terms{.option = option}.valid();
  return option == protocol::scp02::kRandomChallenge || option == protocol::scp02::kPseudoRandomChallenge;
}

}  // namespace

base::ByteView issuer_domain_aid() noexcept {
  return protocol::scp03::card_manager_aid();
}

base::ByteView passport_aid() noexcept {
  return kPassport;
}

Application application_of(base::ByteView module) noexcept {
  if (base::equal(module, kPassport)) return Application::jmrtd;
  if (base::equal(module, kGroupings)) return Application::groupings;
  return Application::none;
}

State State::clone() const {
  State copy{.protocol = protocol, .option = option, .life = life};
  for (const auto& set : keys) copy.keys.push_back(set.clone());
  copy.load_files = load_files;
  copy.instances = instances;
  copy.issuer_number = issuer_number;
  copy.image_number = image_number;
  return copy;
}

const KeySet* State::key_set(std::uint8_t version) const noexcept {
  if (version == 0) return keys.empty() ? nullptr : &keys.front();
  const auto found = std::ranges::find(keys, version, &KeySet::version);
  return found == keys.end() ? nullptr : &*found;
}

const Instance* State::instance(base::ByteView aid) const noexcept {
  const auto found = std::ranges::find_if(instances, [&](const auto& one) { return base::equal(one.aid, aid); });
  return found == instances.end() ? nullptr : &*found;
}

const LoadFile* State::load_file(base::ByteView aid) const noexcept {
  const auto found = std::ranges::find_if(load_files, [&](const auto& one) { return base::equal(one.aid, aid); });
  return found == load_files.end() ? nullptr : &*found;
}

const Instance* State::passport_instance() const noexcept {
  return instance(kPassport);
}

Application State::passport() const noexcept {
  const auto* installed = passport_instance();
  return installed == nullptr ? Application::none : application_of(installed->module);
}

base::Result<State> delivered(Application application, Protocol protocol, std::uint8_t option, KeySet keys) {
  const auto size = keys.enc.size();
  const bool sized = protocol == Protocol::scp02 ? size == protocol::scp02::kKeySize : is_aes_key(size);
  if (!sized || keys.mac.size() != size || keys.dek.size() != size || !is_option(protocol, option)) {
    return base::fail({.fault = base::Fault::bad_input, .what = "keys or an option that the protocol does not have"});
  }
  if (keys.version == 0 || keys.version > kLastKeyVersion) {
    return base::fail({.fault = base::Fault::bad_input, .what = "a key version is 01 to 7F"});
  }
  State state{.protocol = protocol, .option = option};
  state.keys.push_back(std::move(keys));
  if (application == Application::none) return state;
  const bool jmrtd = application == Application::jmrtd;
  // Whoever personalizes with the issuer's keys secures the card; where nobody has them its maker did.
  if (!jmrtd) state.life = CardLife::initialized;
  const base::ByteView module = jmrtd ? base::ByteView{kPassport} : base::ByteView{kGroupings};
  const auto file = base::to_bytes(module.first(jmrtd ? kJmrtdFileSize : kGroupingsFileSize));
  state.load_files.push_back({.aid = file, .major = 1, .minor = 0, .modules = {base::to_bytes(module)}});
  state.instances.push_back({.aid = base::to_bytes(kPassport),
                             .load_file = file,
                             .module = base::to_bytes(module),
                             .privileges = {0x00},
                             .life = application_life::kSelectable});
  return state;
}

}  // namespace cicada::applet_sim::manager
