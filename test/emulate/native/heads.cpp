// The store of heads alone, on the host's flash and store: what it makes of any file and of any flash.
#include "bandsmith/app/head_store.h"

#include "bandsmith/app/base64.h"
#include "bandsmith/crypto/sha512.h"
#include "host/host_hal.h"

using namespace bandsmith;

#define EXPORT(name) extern "C" __attribute__((export_name(#name)))

namespace {

constexpr size_t kMostGolden = 16;
constexpr size_t kBytes = mostHeadFileBytes(kMostHeadFeatures);

uint8_t modelHash[kModelHashBytes];
uint8_t publicKey[kKeyBytes];
int8_t goldenFeatures[kMostGolden * kMostHeadFeatures];
int8_t features[kMostHeadFeatures];
int8_t outputs[kMostHeadClasses];
// As large as the settings have it, so that what is too long for them is too long here.
alignas(4) uint8_t activeFile[kBytes];
alignas(4) uint8_t incomingFile[kBytes];
HeadSettings settings = {modelHash, 0, 0, 0, goldenFeatures, 0, nullptr};
constexpr const char* kLabels[] = {"one", "two"};
ActiveHead active({kLabels, 2, 1});
HostFlash hostFlash;
HostStore hostStore;

/** Made anew by begin(), as at every start. */
alignas(HeadStore) uint8_t storage[sizeof(HeadStore)];
HeadStore* heads = nullptr;

/** Gives the engine's place to features that the test has chosen. */
class FeatureEngine final : public Engine {
 public:
  [[nodiscard]] bool begin() override { return true; }
  [[nodiscard]] const int8_t* invoke(const int8_t* window) override { return window; }
  const int8_t* features() const override { return ::features; }
  const char* error() const override { return ""; }
};
FeatureEngine engine;

}  // namespace

void* operator new(size_t, void* place) noexcept {
  return place;
}

EXPORT(model_hash_at) uint8_t* modelHashAt() {
  return modelHash;
}
EXPORT(public_key_at) uint8_t* publicKeyAt() {
  return publicKey;
}
EXPORT(golden_at) int8_t* goldenAt() {
  return goldenFeatures;
}
EXPORT(features_at) int8_t* featuresAt() {
  return features;
}
EXPORT(incoming_at) uint8_t* incomingAt() {
  return incomingFile;
}

EXPORT(configure)
void configure(size_t featureCount, float scale, int32_t zeroPoint, size_t goldenCount, int32_t hasKey) {
  settings = {modelHash,
              featureCount,
              scale,
              zeroPoint,
              goldenFeatures,
              goldenCount,
              hasKey != 0 ? publicKey : nullptr};
}

/** The CRC that names the head in use, 0 for the general one. */
EXPORT(begin) uint32_t begin() {
  heads = new (storage) HeadStore(settings, {activeFile, incomingFile, mostHeadFileBytes(settings.features)},
                                  hostFlash, hostStore, active);
  heads->begin();
  return active.crc();
}

EXPORT(install) int32_t install(size_t count, int32_t own) {
  return static_cast<int32_t>(heads->install(count, own != 0 ? HeadOrigin::own : HeadOrigin::sent));
}
EXPORT(drop) int32_t drop() {
  return heads->drop() ? 1 : 0;
}
EXPORT(crc) uint32_t crc() {
  return active.crc();
}
EXPORT(next_sequence) uint32_t nextSequence() {
  return heads->nextSequence();
}
EXPORT(problem_of) int32_t problemOf(size_t slot) {
  return static_cast<int32_t>(heads->problemOf(slot));
}
/** One int8 a class for features(); nullptr while the general head is in use. */
EXPORT(outputs) const int8_t* run() {
  if (!active.isPersonal()) return nullptr;
  return active.outputs(engine, outputs);
}
EXPORT(class_count) size_t classCount() {
  return active.labelCount();
}
EXPORT(label_at) const char* labelAt(size_t index) {
  return active.labels()[index];
}
EXPORT(labels_id) uint32_t labelsId() {
  return active.labelsId();
}
/** RFC 8032's check of any message. */
EXPORT(is_signed) int32_t isSignedMessage(size_t count) {
  return isSigned(incomingFile, count, activeFile, publicKey) ? 1 : 0;
}
EXPORT(signature_at) uint8_t* signatureAt() {
  return activeFile;
}
EXPORT(sha512) uint8_t* sha512(size_t count) {
  Sha512 hash;
  hash.add(incomingFile, count);
  hash.end(activeFile);
  return activeFile;
}
EXPORT(base64) int32_t base64(size_t length, size_t capacity) {
  return decodeBase64(static_cast<const char*>(static_cast<const void*>(incomingFile)), length, activeFile,
                      capacity);
}
