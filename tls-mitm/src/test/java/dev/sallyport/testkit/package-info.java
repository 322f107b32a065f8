/// What the tests of every module with Netty share: a leaked buffer fails the test class that
/// leaked it.
///
/// The build names [RecordingLeakDetector] to Netty at level `paranoid` and JUnit finds
/// [NoLeaksExtension] through its service file; a test needs to do nothing.
@NullMarked
package dev.sallyport.testkit;

import org.jspecify.annotations.NullMarked;
